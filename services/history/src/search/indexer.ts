import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { indexWords } from './index-words.sql.ts'

const batch = 100
/** Conversations that wait here at most; what is more is found by the sweep. */
const maxDue = 10_000
const sweepEveryMs = 60_000
const sweepAtMost = 1_000
/** It rests this long after a pass, and after each conversation three times as long as that took: the log comes first. */
const restMs = 200
const restShare = 3

export type Indexer = {
  /** Something in the conversation has changed. */
  note(conversation: string): void
  close(): Promise<void>
}

/**
 * Keeps the words of messages for searching, beside the log and a moment after it. What a replica noted and did not get to
 * is found by the sweep of another, or of its own next start.
 */
export function createIndexer({ db, log }: Pick<Deps, 'db' | 'log'>): Indexer {
  const due = new Set<string>()
  const closing = new AbortController()
  let sweptAt = Number.NEGATIVE_INFINITY
  const working = work()

  async function work(): Promise<void> {
    while (!closing.signal.aborted) {
      const now = Date.now()
      try {
        if (now - sweptAt > sweepEveryMs) await sweep(now)
        await pass()
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'searching falls behind')
      }
      await rest(restMs)
    }
  }

  function rest(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: closing.signal }).catch(() => {})
  }

  async function pass(): Promise<void> {
    for (const conversation of [...due]) {
      if (closing.signal.aborted) return
      due.delete(conversation)
      const startedAt = Date.now()
      try {
        const { rows } = await indexWords(conversation, batch).execute(db)
        if (rows[0]?.count === batch) due.add(conversation)
        await rest(restShare * (Date.now() - startedAt))
      } catch (error) {
        due.add(conversation)
        throw error
      }
    }
  }

  /** At first all conversations, then those of the last hours. */
  async function sweep(now: number): Promise<void> {
    const recent = sweptAt > 0 ? sql`c.active_hour > now() - interval '3 hours'` : sql`true`
    const { rows } = await sql<{ id: string }>`
      select c.id from conversations c left join searched s on s.conversation_id = c.id
      where ${recent} and c.head_seq > coalesce(s.seq, 0) limit ${sweepAtMost}`.execute(db)
    for (const { id } of rows) due.add(id)
    if (rows.length < sweepAtMost) sweptAt = now
  }

  return {
    note(conversation) {
      if (due.size < maxDue) due.add(conversation)
    },
    async close() {
      closing.abort()
      await working
    },
  }
}
