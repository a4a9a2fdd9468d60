import type { BodyOf, ResponseOf } from '@parley/history-client'
import { limits, Refusal, type User } from '@parley/protocol'
import { sql } from 'kysely'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import { loadUser, requireAccount } from './user.ts'
import { requireOtherWayIn } from './ways-in.ts'

/** Passkeys by their public keys (WebAuthn). The gateway checks what authenticators say; here is what is known of them. */
export function createPasskeys({ db }: Pick<Deps, 'db'>) {
  return { addPasskey, listPasskeys, removePasskey, findPasskey, usePasskey }

  async function addPasskey({ actor, address, ...passkey }: BodyOf<'addPasskey'>): Promise<object> {
    await requireAccount(db, actor)
    return db.transaction().execute(async (trx) => {
      await trx.selectFrom('users').select('id').where('id', '=', actor).forUpdate().execute()
      const { count } = await trx
        .selectFrom('passkeys')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('user_id', '=', actor)
        .executeTakeFirstOrThrow()
      if (count >= limits.passkeys) throw new Refusal('passkey.too_many', 'Remove another passkey first.')
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('passkeys')
        .values({
          id: passkey.id,
          user_id: actor,
          public_key: passkey.publicKey,
          counter: passkey.counter,
          transports: passkey.transports,
          name: passkey.name.toWellFormed(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows === 1n) await audit(trx, { action: 'passkey.added', actor, address })
      return {}
    })
  }

  async function listPasskeys({ actor }: BodyOf<'listPasskeys'>): Promise<ResponseOf<'listPasskeys'>> {
    const rows = await db
      .selectFrom('passkeys')
      .select(['id', 'name', 'created_at', 'used_at'])
      .where('user_id', '=', actor)
      .orderBy('created_at')
      .execute()
    const passkeys = rows.map(({ id, name, created_at, used_at }) => ({
      id,
      name,
      createdAt: created_at.toISOString(),
      usedAt: used_at?.toISOString() ?? null,
    }))
    return { passkeys }
  }

  async function removePasskey({ actor, address, passkey }: BodyOf<'removePasskey'>): Promise<object> {
    return db.transaction().execute(async (trx) => {
      await requireOtherWayIn(trx, actor, { passkey })
      const { numDeletedRows } = await trx
        .deleteFrom('passkeys')
        .where('id', '=', passkey)
        .where('user_id', '=', actor)
        .executeTakeFirst()
      if (numDeletedRows !== 1n) throw new Refusal('passkey.not_found', 'There is no such passkey.')
      await audit(trx, { action: 'passkey.removed', actor, address })
      return {}
    })
  }

  async function findPasskey({ passkey: id }: BodyOf<'findPasskey'>): Promise<ResponseOf<'findPasskey'>> {
    const row = await db.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) return {}
    const { user_id: user, public_key: publicKey, counter, transports } = row
    return { passkey: { id, user, publicKey, counter, transports } }
  }

  async function usePasskey({ passkey, counter }: BodyOf<'usePasskey'>): Promise<User> {
    // Authenticators that do not count say 0 each time.
    const used = await db
      .updateTable('passkeys')
      .set({ counter, used_at: sql`now()` })
      .where('id', '=', passkey)
      .where(sql<boolean>`(counter < ${counter} or (counter = 0 and ${counter} = 0))`)
      .returning('user_id')
      .executeTakeFirst()
    if (used) return loadUser(db, used.user_id)
    await audit(db, { action: 'passkey.copied', target: passkey })
    throw new Refusal('auth.passkey_refused', 'This passkey was not accepted.')
  }
}
