import type { History } from '@parley/history-client'
import type { Logger } from '@parley/kit'
import type { Scratch } from '@parley/relay'
import type { Mailer } from './mail/mailer.ts'
import type { AccessTokens } from './sessions/access-token.ts'
import type { Keyring } from './sessions/keyring.ts'
import type { Provider } from './sessions/provider.ts'
import type { RateLimits } from './sessions/rate-limits.ts'
import type { SessionChecks } from './sessions/session-checks.ts'

/** What the gateway's parts are made of. */
export type Deps = {
  history: History
  scratch: Scratch
  keyring: Keyring
  accessTokens: AccessTokens
  sessionChecks: SessionChecks
  rateLimits: RateLimits
  /** Whether the session cookie goes over HTTPS only. */
  secureCookies: boolean
  /** Where people reach the installation, without a slash at its end. */
  publicUrl: string | undefined
  mailer: Mailer
  /** Whether people have to show that their address is theirs first. */
  verifiedOnly: boolean
  /** Where people may sign in instead. */
  provider: Provider | undefined
  /** A list of passwords that have leaked, and how to ask it. */
  leaked: { url: string; fetch: typeof fetch } | undefined
  log: Logger
}
