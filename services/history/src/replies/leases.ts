import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'

type Held = { conversation: string; message: string; attempt: number }

/** Sets the leases of claims that still hold, in one statement, and returns the replies of those that do. */
export async function setLeases(db: Kysely<Database>, claims: Held[], leaseMs: number): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    update messages m set lease_until = now() + ${leaseMs} * interval '1 ms'
    from unnest(
      ${claims.map(({ conversation }) => conversation)}::uuid[],
      ${claims.map(({ message }) => message)}::uuid[],
      ${claims.map(({ attempt }) => attempt)}::integer[]
    ) as c (conversation_id, id, attempt)
    where m.conversation_id = c.conversation_id and m.id = c.id and m.attempt = c.attempt and m.status = 'streaming'
    returning m.id`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/** Writes down how far a reply has come, so that the next attempt counts only if it gets further. */
export async function setBegun(db: Kysely<Database>, claim: Held, chars: number): Promise<void> {
  await db
    .updateTable('messages')
    .set({ begun_chars: chars })
    .where('conversation_id', '=', claim.conversation)
    .where('id', '=', claim.message)
    .where('attempt', '=', claim.attempt)
    .execute()
}
