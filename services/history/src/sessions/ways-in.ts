import { Refusal } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'

/**
 * Ends in a refusal where nothing would be left to sign in with but what is to be removed.
 *
 * @throws Refusal `account.last_way_in`
 */
export async function requireOtherWayIn(
  db: Kysely<Database>,
  user: string,
  { passkey }: { passkey: string },
): Promise<void> {
  const { rows } = await sql<{ others: boolean }>`
    select password_hash <> ''
      or exists (select from identities where user_id = users.id)
      or exists (select from passkeys where user_id = users.id and passkeys.id <> ${passkey}) as others
    from users where id = ${user} for update`.execute(db)
  if (rows[0]?.others) return
  throw new Refusal('account.last_way_in', 'This is the only way into your account. Set a password first.')
}
