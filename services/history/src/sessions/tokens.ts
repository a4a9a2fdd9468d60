import type { BodyOf, ResponseOf } from '@parley/history-client'
import { limits, Refusal } from '@parley/protocol'
import { sql } from 'kysely'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import { requireAccount, tellEnded, toUser, userColumns } from './user.ts'

/** Tokens for scripts: sessions whose secret stays, so that whatever ends sessions ends them, and their sockets. */
export function createTokens({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return { createToken, listTokens, endToken, checkToken }

  async function createToken(body: BodyOf<'createToken'>): Promise<object> {
    const { actor, address, id, secretHash, name, scopes, expiresAt } = body
    await requireAccount(db, actor)
    return db.transaction().execute(async (trx) => {
      await trx.selectFrom('users').select('id').where('id', '=', actor).forUpdate().execute()
      const { count } = await trx
        .selectFrom('sessions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('user_id', '=', actor)
        .where('scopes', 'is not', null)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .executeTakeFirstOrThrow()
      if (count >= limits.tokens) throw new Refusal('token.too_many', 'End another token first.')
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('sessions')
        .values({
          id,
          user_id: actor,
          secret_hash: secretHash,
          user_agent: '',
          address: address ?? '',
          token_name: name.toWellFormed(),
          scopes,
          expires_at: new Date(expiresAt),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      const detail = { name, scopes }
      if (numInsertedOrUpdatedRows === 1n)
        await audit(trx, { action: 'token.created', actor, target: id, address, detail })
      return {}
    })
  }

  async function listTokens({ actor }: BodyOf<'listTokens'>): Promise<ResponseOf<'listTokens'>> {
    const rows = await db
      .selectFrom('sessions')
      .select(['id', 'token_name', 'scopes', 'created_at', 'expires_at'])
      .where('user_id', '=', actor)
      .where('scopes', 'is not', null)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .orderBy('created_at', 'desc')
      .execute()
    const tokens = rows.map((row) => ({
      id: row.id,
      name: row.token_name ?? '',
      scopes: row.scopes ?? [],
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
    }))
    return { tokens }
  }

  async function endToken({ actor, address, token }: BodyOf<'endToken'>): Promise<object> {
    const { numUpdatedRows } = await db
      .updateTable('sessions')
      .set({ ended_at: sql`now()` })
      .where('id', '=', token)
      .where('user_id', '=', actor)
      .where('scopes', 'is not', null)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new Refusal('token.not_found', 'There is no such token.')
    await audit(db, { action: 'token.ended', actor, target: token, address })
    tellEnded(announcements, actor, [token])
    return {}
  }

  async function checkToken({ token, secretHash }: BodyOf<'checkToken'>): Promise<ResponseOf<'checkToken'>> {
    const row = await db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select([...userColumns, 'scopes'])
      .where('sessions.id', '=', token)
      .where('secret_hash', '=', secretHash)
      .where('scopes', 'is not', null)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (!row?.scopes) throw new Refusal('auth.required', 'This token is not valid, or is over.')
    return { user: toUser(row), scopes: row.scopes }
  }
}
