import type { BodyOf, ResponseOf } from '@parley/history-client'
import { sql } from 'kysely'
import type { Deps } from '../deps.ts'

/**
 * What a chat node asks every few seconds about all that is open on it, because a lost announcement may be the last for
 * a while: each conversation's newest `seq`, and which sessions have ended.
 */
export function createHeads({ db }: Pick<Deps, 'db'>) {
  return async function checkHeads({
    conversations,
    sessions,
  }: BodyOf<'checkHeads'>): Promise<ResponseOf<'checkHeads'>> {
    const heads =
      conversations.length === 0
        ? []
        : await db
            .selectFrom('conversations')
            .select(['id as conversation', 'head_seq as head'])
            .where(sql<boolean>`id = any (${conversations}::uuid[])`)
            .execute()
    const alive =
      sessions.length === 0
        ? []
        : await db
            .selectFrom('sessions')
            .select('id')
            .where(sql<boolean>`id = any (${sessions}::uuid[])`)
            .where('ended_at', 'is', null)
            .where('expires_at', '>', new Date())
            .execute()
    const living = new Set(alive.map(({ id }) => id))
    return { heads, ended: sessions.filter((session) => !living.has(session)) }
  }
}
