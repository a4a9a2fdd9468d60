import type { History } from '@parley/history-client'
import type { Scratch } from '@parley/relay'
import type { AccessTokens } from './sessions/access-token.ts'
import type { Keyring } from './sessions/keyring.ts'
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
}
