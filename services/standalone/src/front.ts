import { readdir } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import httpProxy from '@fastify/http-proxy'
import statics from '@fastify/static'
import { Refusal } from '@parley/protocol'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { pageHeaders } from './page-headers.ts'

const yearSeconds = 365 * 24 * 3600

/** What nginx does in front of the services, for the standalone: the page's files, and the way to the chat node. */
export function serveFront({
  chatPort,
  webFolder,
}: {
  chatPort: number
  webFolder: string | undefined
}): FastifyPluginAsync {
  return async (app) => {
    await app.register(httpProxy, {
      upstream: `http://127.0.0.1:${chatPort}`,
      prefix: '/ws',
      rewritePrefix: '/ws',
      websocket: true,
      wsClientOptions: {
        rewriteRequestHeaders: (headers: Record<string, string>, request: FastifyRequest) => ({
          ...headers,
          ...(request.headers.origin && { origin: request.headers.origin }),
          ...(request.headers.host && { 'x-forwarded-host': request.headers.host }),
        }),
      } as object, // its types know only what ws itself takes
    })
    if (!webFolder) return
    const entries = await readdir(webFolder, { recursive: true, withFileTypes: true })
    const files = new Set(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(webFolder, `${entry.parentPath}/${entry.name}`).split(sep).join('/')),
    )
    await app.register(statics, { root: webFolder, serve: false, cacheControl: false })
    app.get('/*', { schema: { hide: true } as object }, async (request, reply) => {
      const path = (request.params as { '*': string })['*']
      if (path.startsWith('api/')) throw new Refusal('route.not_found', 'There is nothing here.')
      reply.headers(pageHeaders)
      if (!files.has(path)) return reply.header('cache-control', 'no-cache').sendFile('index.html')
      const hashed = path.startsWith('assets/')
      return reply
        .header('cache-control', hashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache')
        .sendFile(path)
    })
  }
}
