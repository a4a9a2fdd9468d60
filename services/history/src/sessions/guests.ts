import type { BodyOf, ResponseOf } from '@parley/history-client'
import { Refusal, type User } from '@parley/protocol'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import { isUniqueViolation } from '../schema/database.ts'
import { loadUser } from './user.ts'

type Join = (invite: { actor: string; tokenHash: string }) => Promise<{ conversation: string }>

/** People who come by an invite link that lets guests in: they have a name, and no way to come back but their session. */
export function createGuests({ db }: Pick<Deps, 'db'>, acceptInvite: Join) {
  return { createGuest, makeAccount }

  async function createGuest(body: BodyOf<'createGuest'>): Promise<ResponseOf<'createGuest'>> {
    const { id, name, tokenHash, address } = body
    const invite = await db
      .selectFrom('invites')
      .select('guests')
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    if (!invite?.guests) throw new Refusal('invite.not_found', 'This invite link is not valid, or not for guests.')
    await db
      .insertInto('users')
      .values({ id, email: null, name: name.toWellFormed(), password_hash: '' })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    try {
      const { conversation } = await acceptInvite({ actor: id, tokenHash })
      await audit(db, { action: 'guest.admitted', actor: id, target: conversation, address })
      return { user: await loadUser(db, id), conversation }
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'unavailable') {
        await db.deleteFrom('users').where('id', '=', id).where('email', 'is', null).execute()
      }
      throw error
    }
  }

  /** A guest stays who they are, with a way to sign in. */
  async function makeAccount({ actor, address, email, passwordHash }: BodyOf<'makeAccount'>): Promise<User> {
    const { sign_ups } = await db.selectFrom('installation').select('sign_ups').executeTakeFirstOrThrow()
    if (sign_ups === 'closed') throw new Refusal('auth.closed', 'No new accounts are made here.')
    try {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set({ email: email.toLowerCase(), password_hash: passwordHash })
        .where('id', '=', actor)
        .where('email', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows === 1n) await audit(db, { action: 'account.created', actor, address })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new Refusal('auth.email_taken', 'There is an account with this email address already.')
    }
    const user = await loadUser(db, actor)
    if (user.email === email.toLowerCase()) return user
    throw new Refusal('auth.email_taken', 'This is an account already.')
  }
}
