import type { History } from '@parley/history-client'
import type { Scope, User } from '@parley/protocol'
import { LRUCache } from 'lru-cache'

const freshForMs = 900
const maxSessions = 20_000

export type SessionChecks = {
  /** The session's user; rejects with `auth.session_ended`. The answer is at most a second old. */
  check(session: string): Promise<User>
  /** Whose token for scripts it is; rejects with `auth.required`. As fresh. */
  checkToken(token: string, secretHash: string): Promise<{ user: User; scopes: Scope[] }>
  forget(session: string): void
}

type Token = { user: User; scopes: Scope[]; secretHash: string }

/** Asks history whether a session still stands, once a second at most for each. */
export function createSessionChecks(history: History): SessionChecks {
  const users = new LRUCache<string, User>({
    max: maxSessions,
    ttl: freshForMs,
    fetchMethod: async (session) => (await history.checkSession({ session })).user,
  })
  const tokens = new LRUCache<string, Token>({ max: maxSessions, ttl: freshForMs })
  return {
    check: async (session) => (await users.fetch(session))!,
    async checkToken(token, secretHash) {
      const known = tokens.get(token)
      if (known?.secretHash === secretHash) return known
      const found = await history.checkToken({ token, secretHash })
      tokens.set(token, { ...found, secretHash })
      return found
    },
    forget(session) {
      users.delete(session)
      tokens.delete(session)
    },
  }
}
