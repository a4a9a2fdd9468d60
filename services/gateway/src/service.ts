import cookie from '@fastify/cookie'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { History } from '@parley/history-client'
import { createHttp, createOutbound, type Logger, type Service, waitFor } from '@parley/kit'
import type { Exchange } from '@parley/relay'
import type { FastifyPluginAsync } from 'fastify'
import { administrationRoutes, setupRoutes } from './administration/administration-routes.ts'
import { setupCodeOf } from './administration/setup-code.ts'
import { assistantRoutes, ownAssistantRoutes } from './conversations/assistant-routes.ts'
import { conversationRoutes } from './conversations/conversation-routes.ts'
import { inviteRoutes, openInviteRoutes } from './conversations/invite-routes.ts'
import { memberRoutes } from './conversations/member-routes.ts'
import { sharedRoutes, shareRoutes } from './conversations/share-routes.ts'
import type { Deps } from './deps.ts'
import { describeApi } from './docs/openapi.ts'
import { createMailer } from './mail/mailer.ts'
import { messageRoutes } from './messages/message-routes.ts'
import { searchRoutes } from './messages/search-routes.ts'
import { modelRoutes } from './models/model-routes.ts'
import { moderationRoutes } from './moderation/moderation-routes.ts'
import { createAccessTokens } from './sessions/access-token.ts'
import { ownAccountRoutes } from './sessions/account-routes.ts'
import { exportRoutes } from './sessions/export-routes.ts'
import { guestRoutes, ownGuestRoutes } from './sessions/guest-routes.ts'
import { readKeyring } from './sessions/keyring.ts'
import { linkRoutes, verificationRoutes } from './sessions/link-routes.ts'
import { refuseOtherSites } from './sessions/other-sites.ts'
import { passkeyRoutes, passkeySignInRoutes } from './sessions/passkey-routes.ts'
import { createProvider, type ProviderOptions } from './sessions/provider.ts'
import { ownProviderRoutes, providerRoutes } from './sessions/provider-routes.ts'
import { createRateLimits, type Limits } from './sessions/rate-limits.ts'
import { refuseScripts, requireScope, requireSession, requireVerified } from './sessions/require-session.ts'
import { createSessionChecks } from './sessions/session-checks.ts'
import { accountRoutes, sessionRoutes } from './sessions/session-routes.ts'
import { ticketRoutes } from './sessions/ticket-routes.ts'
import { tokenRoutes } from './sessions/token-routes.ts'
import { wayRoutes } from './sessions/way-routes.ts'

/** How people show who they are, besides by a password. */
export type IdentityOptions = {
  publicUrl: string | undefined
  mail: { url: string | undefined; from: string }
  requireVerifiedEmail: boolean
  leakedPasswordsUrl: string | undefined
  privateHosts: readonly string[]
  provider: ProviderOptions | undefined
}

const passwordsOnly: IdentityOptions = {
  publicUrl: undefined,
  mail: { url: undefined, from: 'Parley' },
  requireVerifiedEmail: false,
  leakedPasswordsUrl: undefined,
  privateHosts: [],
  provider: undefined,
}

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
  identity?: IdentityOptions
  /** Told the code that makes the first administrator, as long as there is none. */
  tellSetupCode?: (code: string) => void
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

/** For whoever comes. */
const openRoutes = [
  wayRoutes,
  accountRoutes,
  linkRoutes,
  passkeySignInRoutes,
  providerRoutes,
  guestRoutes,
  openInviteRoutes,
  sharedRoutes,
]
/** What people do themselves, having signed in. */
const personalRoutes = [
  sessionRoutes,
  ownAccountRoutes,
  ownAssistantRoutes,
  exportRoutes,
  verificationRoutes,
  passkeyRoutes,
  ownProviderRoutes,
  ownGuestRoutes,
  tokenRoutes,
  setupRoutes,
]
/** What scripts may do for them, too. */
const dailyRoutes = [
  ticketRoutes,
  conversationRoutes,
  memberRoutes,
  inviteRoutes,
  shareRoutes,
  messageRoutes,
  searchRoutes,
  assistantRoutes,
  modelRoutes,
  moderationRoutes,
]

/** The public REST interface: accounts and sessions, and all that the page can do, for scripts too. */
export async function createGateway(options: GatewayOptions): Promise<Service & { url: string }> {
  const { history, exchange, log } = options
  const keyring = readKeyring(options.signingKey)
  const { identity = passwordsOnly } = options
  const outbound = createOutbound(identity.privateHosts)
  const mailer = createMailer({ ...identity.mail, log })
  const deps: Deps = {
    history,
    keyring,
    scratch: exchange.scratch,
    accessTokens: createAccessTokens(keyring),
    sessionChecks: createSessionChecks(history),
    rateLimits: createRateLimits(exchange.scratch, options.limits, log),
    secureCookies: options.secureCookies,
    publicUrl: identity.publicUrl,
    mailer,
    provider: identity.provider && createProvider(identity.provider, outbound),
    verifiedOnly: identity.requireVerifiedEmail,
    leaked: identity.leakedPasswordsUrl
      ? { url: identity.leakedPasswordsUrl, fetch: outbound.fetchFor(identity.leakedPasswordsUrl) }
      : undefined,
    log,
  }
  const app = createHttp({
    isFront: true,
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
      for (const routes of openRoutes) await api.register(routes(deps))
      await api.register(async (signedIn) => {
        signedIn.addHook('onRequest', requireSession(deps))
        await signedIn.register(async (personal) => {
          personal.addHook('onRequest', refuseScripts)
          for (const routes of personalRoutes) await personal.register(routes(deps))
          await personal.register(administrationRoutes(deps), { prefix: '/administration' })
        })
        await signedIn.register(async (daily) => {
          daily.addHook('onRequest', requireScope)
          if (deps.verifiedOnly) daily.addHook('onRequest', requireVerified)
          for (const routes of dailyRoutes) await daily.register(routes(deps))
        })
      })
    },
    { prefix: '/api/v1' },
  )
  if (options.also) await app.register(options.also)
  app.addHook('onClose', async () => mailer.close())
  const url = await app.listen({ host: options.host, port: options.port })
  if (options.tellSetupCode) void tellSetupCode(history, setupCodeOf(keyring), options.tellSetupCode, log)
  log.info({ url }, 'gateway is ready')
  return { url, close: () => app.close() }
}

async function tellSetupCode(history: History, code: string, tell: (code: string) => void, log: Logger): Promise<void> {
  try {
    const { hasAdministrator } = await waitFor('history', log, () => history.readSignUps({}))
    if (!hasAdministrator) tell(code)
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'whether there is an administrator is not known')
  }
}
