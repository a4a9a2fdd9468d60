import type { History } from '@parley/history-client'
import type { User } from '@parley/protocol'
import { LRUCache } from 'lru-cache'

const freshForMs = 900
const maxSessions = 20_000

export type SessionChecks = {
  /** The session's user; rejects with `auth.session_ended`. The answer is at most a second old. */
  check(session: string): Promise<User>
  forget(session: string): void
}

/** Asks history whether a session still stands, once a second at most for each. */
export function createSessionChecks(history: History): SessionChecks {
  const users = new LRUCache<string, User>({
    max: maxSessions,
    ttl: freshForMs,
    fetchMethod: async (session) => (await history.checkSession({ session })).user,
  })
  return {
    check: async (session) => (await users.fetch(session))!,
    forget: (session) => void users.delete(session),
  }
}
