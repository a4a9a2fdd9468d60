import { Refusal, type User } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import type { Announcements } from '../announcements/announce.ts'
import type { Database } from '../schema/tables.ts'

/** What `toUser` needs of a row of `users`. */
export const userColumns = [
  'users.id',
  'users.name',
  'users.email',
  'users.email_verified_at',
  'users.is_admin',
] as const

type UserRow = { id: string; name: string; email: string | null; email_verified_at: Date | null; is_admin: boolean }

/** An account as its owner sees it. */
export function toUser({ id, name, email, email_verified_at, is_admin }: UserRow): User {
  return {
    id,
    name,
    email: email ?? '',
    verified: email_verified_at !== null,
    ...(email === null && { guest: true as const }),
    ...(is_admin && { admin: true as const }),
  }
}

/** An account that is not deleted. */
export async function loadUser(db: Kysely<Database>, id: string): Promise<User> {
  const row = await db
    .selectFrom('users')
    .select(userColumns)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new Refusal('account.not_found', 'There is no such account.')
  return toUser(row)
}

/**
 * Ends in a refusal for guests: they take part where they were invited, and no more.
 *
 * @throws Refusal `guest.forbidden`
 */
export async function requireAccount(db: Kysely<Database>, id: string): Promise<void> {
  const row = await db.selectFrom('users').select('email').where('id', '=', id).executeTakeFirst()
  if (row?.email === null) {
    throw new Refusal('guest.forbidden', 'Guests cannot do that. Make an account of it first.')
  }
}

/** Ends sessions of a user, tokens for scripts among them. @returns their ids, to be told of once that is committed */
export async function endSessions(db: Kysely<Database>, user: string, keep?: string): Promise<string[]> {
  const ended = await db
    .updateTable('sessions')
    .set({ ended_at: sql`now()` })
    .where('user_id', '=', user)
    .where('ended_at', 'is', null)
    .$if(keep !== undefined, (query) => query.where('id', '<>', keep!))
    .returning('id')
    .execute()
  return ended.map(({ id }) => id)
}

/** Tells the chat nodes, and the user's pages, that sessions are over. */
export function tellEnded(announcements: Announcements, user: string, sessions: string[]): void {
  for (const session of sessions) announcements.toUser(user, { type: 'signed-out', session })
}
