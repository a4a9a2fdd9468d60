import cookie from '@fastify/cookie'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { History } from '@parley/history-client'
import { createHttp, type Logger, type Service } from '@parley/kit'
import type { Exchange } from '@parley/relay'
import type { FastifyPluginAsync } from 'fastify'
import { assistantRoutes } from './conversations/assistant-routes.ts'
import { conversationRoutes } from './conversations/conversation-routes.ts'
import { inviteRoutes } from './conversations/invite-routes.ts'
import { memberRoutes } from './conversations/member-routes.ts'
import { sharedRoutes, shareRoutes } from './conversations/share-routes.ts'
import type { Deps } from './deps.ts'
import { describeApi } from './docs/openapi.ts'
import { messageRoutes } from './messages/message-routes.ts'
import { searchRoutes } from './messages/search-routes.ts'
import { modelRoutes } from './models/model-routes.ts'
import { createAccessTokens } from './sessions/access-token.ts'
import { ownAccountRoutes } from './sessions/account-routes.ts'
import { readKeyring } from './sessions/keyring.ts'
import { refuseOtherSites } from './sessions/other-sites.ts'
import { createRateLimits, type Limits } from './sessions/rate-limits.ts'
import { requireSession } from './sessions/require-session.ts'
import { createSessionChecks } from './sessions/session-checks.ts'
import { accountRoutes, sessionRoutes } from './sessions/session-routes.ts'

export type GatewayOptions = {
  history: History
  exchange: Exchange
  log: Logger
  host: string
  port: number
  /** Ed25519 private keys, as PKCS #8 PEM: the first signs, all are believed. Replicas share them. */
  signingKey: string
  secureCookies: boolean
  limits: Limits
  /** Whether a proxy stands before it that says whose address a request comes from. */
  behindProxy: boolean
  /** What else this server should serve. */
  also?: FastifyPluginAsync
}

/** Answers are data for whoever asked: nothing to be kept, to be shown as a page, or to be read by another site. */
const answerHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The public REST interface: accounts and sessions, and all that the page can do, for scripts too. */
export async function createGateway(options: GatewayOptions): Promise<Service & { url: string }> {
  const { history, exchange, log } = options
  const keyring = readKeyring(options.signingKey)
  const deps: Deps = {
    history,
    keyring,
    scratch: exchange.scratch,
    accessTokens: createAccessTokens(keyring),
    sessionChecks: createSessionChecks(history),
    rateLimits: createRateLimits(exchange.scratch, options.limits, log),
    secureCookies: options.secureCookies,
  }
  const app = createHttp({
    log,
    ready: () => history.ping(),
    server: { trustProxy: options.behindProxy },
  })
  app.setValidatorCompiler(TypeBoxValidatorCompiler as never)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data)) // responses are built from checked parts
  await app.register(cookie)
  await app.register(describeApi, { prefix: '/api' })
  await app.register(
    async (api) => {
      api.addHook('onRequest', refuseOtherSites)
      api.addHook('onRequest', async (_request, reply) => void reply.headers(answerHeaders))
      await api.register(accountRoutes(deps))
      await api.register(sharedRoutes(deps))
      await api.register(async (signedIn) => {
        signedIn.addHook('onRequest', requireSession(deps))
        await signedIn.register(sessionRoutes(deps))
        await signedIn.register(ownAccountRoutes(deps))
        await signedIn.register(conversationRoutes(deps))
        await signedIn.register(memberRoutes(deps))
        await signedIn.register(inviteRoutes(deps))
        await signedIn.register(shareRoutes(deps))
        await signedIn.register(messageRoutes(deps))
        await signedIn.register(searchRoutes(deps))
        await signedIn.register(assistantRoutes(deps))
        await signedIn.register(modelRoutes(deps))
      })
    },
    { prefix: '/api/v1' },
  )
  if (options.also) await app.register(options.also)
  const url = await app.listen({ host: options.host, port: options.port })
  log.info({ url }, 'gateway is ready')
  return { url, close: () => app.close() }
}
