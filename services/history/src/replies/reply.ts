import { Refusal } from '@parley/protocol'
import { sql } from 'kysely'
import type { Held } from '../conversations/changing.ts'
import type { Stored } from '../messages/load.ts'
import { findMessage } from '../messages/write.ts'

/** The reply as it stands, or the refusal that this message is none. */
export async function findReply(held: Held, message: string): Promise<Stored> {
  const stored = await findMessage(held, message)
  if (stored.row.status === null) throw new Refusal('message.not_a_reply', 'This message is not a reply.')
  return stored
}

/** The moment `ms` from now, by the database's clock. */
export function until(ms: number) {
  return sql<Date>`now() + ${ms} * interval '1 ms'`
}

/** The refusal for who is not, or no longer, the one who writes a reply. */
export function stale(): Refusal {
  return new Refusal('reply.stale', 'Another worker has taken over this reply.')
}
