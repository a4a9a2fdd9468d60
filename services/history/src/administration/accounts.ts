import type { BodyOf, ResponseOf } from '@parley/history-client'
import { type Account, Refusal, type User } from '@parley/protocol'
import { sql } from 'kysely'
import { fromCursor, toCursor } from '../cursor.ts'
import type { Deps } from '../deps.ts'
import { endSessions, loadUser, tellEnded } from '../sessions/user.ts'
import { requireAdministrator, requireOtherAdministrator } from './administrator.ts'
import { audit } from './audit.ts'

const columns = [
  'id',
  'name',
  'email',
  'email_verified_at',
  'is_admin',
  'suspended_at',
  'created_at',
  'quota_requests',
  'quota_tokens',
] as const
const createdText = sql<string>`to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** The accounts of the installation, for those who administer it. */
export function createAdministration({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return { becomeAdministrator, listAccounts, changeAccount }

  async function becomeAdministrator({ actor, address }: BodyOf<'becomeAdministrator'>): Promise<User> {
    await db.transaction().execute(async (trx) => {
      // One after the other: of two who come at once, one is the first.
      await sql`select from installation for update`.execute(trx)
      const first = await trx
        .selectFrom('users')
        .select('id')
        .where('is_admin', '=', true)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      if (first?.id === actor) return
      if (first) throw new Refusal('setup.refused', 'This installation has an administrator already.')
      const { numUpdatedRows } = await trx
        .updateTable('users')
        .set({ is_admin: true })
        .where('id', '=', actor)
        .where('email', 'is not', null)
        .executeTakeFirst()
      if (numUpdatedRows !== 1n) throw new Refusal('guest.forbidden', 'Make an account first.')
      await audit(trx, { action: 'administrator.first', actor, address })
    })
    return loadUser(db, actor)
  }

  /** The newest first. */
  async function listAccounts(body: BodyOf<'listAccounts'>): Promise<ResponseOf<'listAccounts'>> {
    const { actor, query, before, limit } = body
    await requireAdministrator(db, actor)
    const last = fromCursor(before)
    const wanted = query?.trim() ? `%${query.trim().replace(/[\\%_]/g, '\\$&')}%` : undefined
    const rows = await db
      .selectFrom('users')
      .select([...columns, createdText.as('at')])
      .where('deleted_at', 'is', null)
      .$if(last !== undefined, (some) =>
        some.where(sql<boolean>`(created_at, id) < (${last?.at}::timestamptz, ${last?.id}::uuid)`),
      )
      .$if(wanted !== undefined, (some) => some.where(sql<boolean>`(name ilike ${wanted} or email ilike ${wanted})`))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    const page = rows.slice(0, limit)
    const oldest = page.at(-1)
    return { accounts: page.map(toAccount), ...(rows.length > limit && oldest && { next: toCursor(oldest) }) }
  }

  /** Who is suspended is out of all sessions at once, and cannot sign in. */
  async function changeAccount({ actor, address, user, patch }: BodyOf<'changeAccount'>): Promise<Account> {
    const { account, ended } = await db.transaction().execute(async (trx) => {
      await requireAdministrator(trx, actor)
      if (patch.admin === false || patch.suspended) await requireOtherAdministrator(trx, user)
      const row = await trx
        .updateTable('users')
        .set({
          ...(patch.admin !== undefined && { is_admin: patch.admin }),
          ...(patch.suspended !== undefined && {
            suspended_at: patch.suspended ? sql`coalesce(suspended_at, now())` : null,
          }),
          ...(patch.requestsPerDay !== undefined && { quota_requests: patch.requestsPerDay }),
          ...(patch.tokensPerDay !== undefined && { quota_tokens: patch.tokensPerDay }),
        })
        .where('id', '=', user)
        .where('deleted_at', 'is', null)
        .returning(columns)
        .executeTakeFirst()
      if (!row) throw new Refusal('account.not_found', 'There is no such account.')
      if (row.is_admin && row.email === null) throw new Refusal('guest.forbidden', 'Guests cannot be administrators.')
      await audit(trx, { action: 'account.changed', actor, target: user, address, detail: patch })
      return { account: toAccount(row), ended: patch.suspended ? await endSessions(trx, user) : [] }
    })
    tellEnded(announcements, user, ended)
    return account
  }
}

type Row = {
  id: string
  name: string
  email: string | null
  email_verified_at: Date | null
  is_admin: boolean
  suspended_at: Date | null
  created_at: Date
  quota_requests: number | null
  quota_tokens: number | null
}

function toAccount(row: Row): Account {
  return {
    id: row.id,
    name: row.name,
    email: row.email ?? '',
    verified: row.email_verified_at !== null,
    guest: row.email === null,
    admin: row.is_admin,
    suspended: row.suspended_at !== null,
    createdAt: row.created_at.toISOString(),
    requestsPerDay: row.quota_requests,
    tokensPerDay: row.quota_tokens,
  }
}
