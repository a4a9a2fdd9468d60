import type { BodyOf, ResponseOf } from '@parley/history-client'
import { Refusal } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { endSessions, tellEnded, toUser, userColumns } from './user.ts'

/** Of one account and purpose; older ones are forgotten. */
const maxLinks = 5

/** Links that are good once: they show that an email address is its user's, or let in who forgot the password. */
export function createLinks({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return { createLink, verifyEmail, resetPassword }

  async function createLink(body: BodyOf<'createLink'>): Promise<ResponseOf<'createLink'>> {
    const { purpose, email, tokenHash, expiresAt } = body
    const row = await db
      .selectFrom('users')
      .select(userColumns)
      .where('email', '=', email.toLowerCase())
      .where('deleted_at', 'is', null)
      .where('suspended_at', 'is', null)
      .executeTakeFirst()
    if (!row) return {}
    await db
      .insertInto('links')
      .values({
        token_hash: tokenHash,
        user_id: row.id,
        purpose,
        email: email.toLowerCase(),
        expires_at: new Date(expiresAt),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await sql`
      delete from links where user_id = ${row.id} and purpose = ${purpose} and token_hash not in (
        select token_hash from links where user_id = ${row.id} and purpose = ${purpose}
        order by created_at desc limit ${maxLinks}
      )`.execute(db)
    return { user: toUser(row) }
  }

  async function verifyEmail({ tokenHash, address }: BodyOf<'verifyEmail'>): Promise<object> {
    return db.transaction().execute(async (trx) => {
      const { user_id: user, email } = await take(trx, tokenHash, 'verify')
      await markVerified(trx, user, email)
      await audit(trx, { action: 'email.verified', actor: user, address })
      return {}
    })
  }

  /** Whoever knew the old password is out, everywhere. That the letter came shows whose the address is, too. */
  async function resetPassword({ tokenHash, passwordHash, address }: BodyOf<'resetPassword'>): Promise<object> {
    const { user, ended } = await db.transaction().execute(async (trx) => {
      const { user_id: user, email } = await take(trx, tokenHash, 'reset')
      await trx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', user).execute()
      await markVerified(trx, user, email)
      await trx.deleteFrom('links').where('user_id', '=', user).where('purpose', '=', 'reset').execute()
      await audit(trx, { action: 'password.reset', actor: user, address })
      return { user, ended: await endSessions(trx, user) }
    })
    tellEnded(announcements, user, ended)
    return {}
  }
}

/** Of any number who come with the same link, one gets it. */
async function take(db: Kysely<Database>, tokenHash: string, purpose: 'verify' | 'reset') {
  const { rows } = await sql<{ user_id: string; email: string }>`
    delete from links using users
    where token_hash = ${tokenHash} and purpose = ${purpose} and expires_at > now()
      and users.id = links.user_id and users.email = links.email and users.suspended_at is null
    returning links.user_id, links.email`.execute(db)
  if (!rows[0]) throw new Refusal('auth.link_invalid', 'This link is not valid, was used, or has expired.')
  return rows[0]
}

async function markVerified(db: Kysely<Database>, user: string, email: string): Promise<void> {
  await sql`
    update users set email_verified_at = coalesce(email_verified_at, now())
    where id = ${user} and email = ${email}`.execute(db)
}
