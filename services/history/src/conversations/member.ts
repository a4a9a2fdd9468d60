import type { Role } from '@parley/protocol'
import type { Kysely } from 'kysely'
import type { Database } from '../schema/tables.ts'

/** A member who has not left. */
export function findMember(
  db: Kysely<Database>,
  conversation: string,
  user: string,
): Promise<{ role: Role } | undefined> {
  return db
    .selectFrom('members')
    .select('role')
    .where('conversation_id', '=', conversation)
    .where('user_id', '=', user)
    .where('left_at', 'is', null)
    .executeTakeFirst()
}
