import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id, NewToken, newId, TokenList, TokenMade } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { hashSecret, newSecret } from './refresh-cookie.ts'
import { requirePassword } from './require-password.ts'
import { actorOf } from './require-session.ts'
import { writeToken } from './script-token.ts'

const tag = 'tokens'
const defaultDays = 90

/** Tokens for scripts. */
export function tokenRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history, sessionChecks } = deps
  return async (app) => {
    app.get('/tokens', { schema: documented(tag, 'Your tokens for scripts', { 200: TokenList }) }, async (request) =>
      history.listTokens({ actor: actorOf(request).user.id }),
    )

    app.post(
      '/tokens',
      { schema: documented(tag, 'Make a token for a script', { body: NewToken, 201: TokenMade }) },
      async (request, reply) => {
        const { name, scopes, expiresInDays = defaultDays, password } = request.body
        await requirePassword(deps, request, password)
        const [id, secret] = [newId(), newSecret()]
        const expiresAt = new Date(Date.now() + expiresInDays * 24 * 3600_000).toISOString()
        await history.createToken({
          actor: actorOf(request).user.id,
          address: request.ip,
          id,
          secretHash: hashSecret(secret),
          name,
          scopes,
          expiresAt,
        })
        reply.status(201)
        return { id, token: writeToken({ id, secret }), expiresAt }
      },
    )

    app.delete(
      '/tokens/:token',
      { schema: documented(tag, 'End a token', { params: Type.Object({ token: Id }), 204: Type.Null() }) },
      async (request, reply) => {
        await history.endToken({ actor: actorOf(request).user.id, address: request.ip, ...request.params })
        sessionChecks.forget(request.params.token)
        return reply.status(204).send()
      },
    )
  }
}
