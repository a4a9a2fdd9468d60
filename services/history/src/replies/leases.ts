import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'
import { until } from './reply.ts'

type Held = { conversation: string; message: string; attempt: number }

/** Sets the leases of claims that still hold, in one statement, and returns the replies of those that do. */
export async function extendLeases(db: Kysely<Database>, claims: Held[], leaseMs: number): Promise<Set<string>> {
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

/** Ends a claim before its time: the reply may be claimed again after a while. Says whether it still held. */
export async function handBack(
  db: Kysely<Database>,
  claim: Held,
  { againInMs, failed }: { againInMs: number; failed: boolean },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set((row) => ({
      lease_until: until(againInMs),
      handed_back: true,
      failures: row('failures', '+', failed ? 1 : 0),
    }))
    .where('conversation_id', '=', claim.conversation)
    .where('id', '=', claim.message)
    .where('status', '=', 'streaming')
    .where('attempt', '=', claim.attempt)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
