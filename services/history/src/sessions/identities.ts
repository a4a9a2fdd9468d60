import type { BodyOf } from '@parley/history-client'
import { Refusal, type User } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import { isUniqueViolation } from '../schema/database.ts'
import type { Database } from '../schema/tables.ts'
import { loadUser } from './user.ts'

/** Who somebody is at a provider (OpenID Connect): the issuer and its subject, never the email address, name a person. */
export function createIdentities({ db }: Pick<Deps, 'db'>) {
  return {
    async useIdentity(body: BodyOf<'useIdentity'>): Promise<User> {
      const user = await settle(body).catch((error: unknown) => {
        // Somebody made the same account in this moment: it is found now, or is another's.
        if (isUniqueViolation(error)) return settle(body)
        throw error
      })
      return loadUser(db, user)
    },
  }

  function settle(body: BodyOf<'useIdentity'>): Promise<string> {
    const { issuer, subject, actor, address } = body
    return db.transaction().execute(async (trx) => {
      const known = await find(trx, body)
      if (known && actor && known !== actor) throw taken()
      if (known) return known
      const user = actor ?? (await findByEmail(trx, body)) ?? (await make(trx, body))
      await trx
        .insertInto('identities')
        .values({ issuer, subject, user_id: user })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      if ((await find(trx, body)) !== user) throw taken() // another request was first
      await audit(trx, { action: 'identity.added', actor: user, address, detail: { issuer } })
      return user
    })
  }
}

async function find(db: Kysely<Database>, { issuer, subject }: BodyOf<'useIdentity'>): Promise<string | undefined> {
  const row = await db
    .selectFrom('identities')
    .select('user_id')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.user_id
}

/**
 * An account that is there already is this person's only where both sides have seen that the address is theirs: else
 * whoever makes an account with another's address first would share it with them.
 */
async function findByEmail(
  db: Kysely<Database>,
  { email, emailVerified }: BodyOf<'useIdentity'>,
): Promise<string | undefined> {
  if (!email) return undefined
  const row = await db
    .selectFrom('users')
    .select(['id', 'email_verified_at'])
    .where('email', '=', email.toLowerCase())
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (row && !(emailVerified && row.email_verified_at)) throw taken()
  return row?.id
}

async function make(db: Kysely<Database>, body: BodyOf<'useIdentity'>): Promise<string> {
  const { sign_ups } = await db.selectFrom('installation').select('sign_ups').executeTakeFirstOrThrow()
  if (sign_ups === 'closed') throw new Refusal('auth.closed', 'No new accounts are made here.')
  if (!body.email) throw new Refusal('auth.provider_refused', 'The provider did not tell your email address.')
  await db
    .insertInto('users')
    .values({
      id: body.newId,
      email: body.email.toLowerCase(),
      name: body.name.toWellFormed(),
      password_hash: '',
      email_verified_at: body.emailVerified ? sql`now()` : null,
    })
    .execute()
  await audit(db, { action: 'account.created', actor: body.newId, address: body.address })
  return body.newId
}

function taken(): Refusal {
  return new Refusal(
    'auth.email_taken',
    'There is an account with this email address already. Sign in to it first, then add this way to sign in.',
  )
}
