import { Refusal } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'

/**
 * Ends in a refusal unless somebody administers the installation, now.
 *
 * @throws Refusal `access.forbidden`
 */
export async function requireAdministrator(db: Kysely<Database>, user: string): Promise<void> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('id', '=', user)
    .where('is_admin', '=', true)
    .where('suspended_at', 'is', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new Refusal('access.forbidden', 'This is for those who administer the installation.')
}

/** Whether anybody else has an account. */
export async function hasOthers(db: Kysely<Database>, user: string): Promise<boolean> {
  const other = await db
    .selectFrom('users')
    .select('id')
    .where('id', '<>', user)
    .where('email', 'is not', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return other !== undefined
}

/**
 * Ends in a refusal where somebody is the only one who administers the installation. Their rows are locked: of two who
 * step down at once, one stays.
 *
 * @throws Refusal `account.last_administrator`
 */
export async function requireOtherAdministrator(db: Kysely<Database>, user: string): Promise<void> {
  const { rows } = await sql<{ id: string; active: boolean }>`
    select id, suspended_at is null as active from users
    where is_admin and deleted_at is null order by id for update`.execute(db)
  if (!rows.some(({ id }) => id === user) || rows.some(({ id, active }) => active && id !== user)) return
  throw new Refusal('account.last_administrator', 'Make somebody else an administrator first.')
}
