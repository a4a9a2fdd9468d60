import type { BodyOf, ResponseOf } from '@parley/history-client'
import type { User } from '@parley/protocol'
import { sql } from 'kysely'
import { hasOthers, requireOtherAdministrator } from '../administration/administrator.ts'
import { audit } from '../administration/audit.ts'
import { changingAsSystem } from '../conversations/changing.ts'
import { findMember, handOver, joinedFrame, leave, writeMember } from '../conversations/member.ts'
import type { Deps } from '../deps.ts'
import { endSessions, loadUser, requireAccount, tellEnded } from './user.ts'

/** So many conversations are told of a new name at once, those of late first; others show it from their next load. */
const toldOfName = 200

/** What people do with their own account. */
export function createAccounts(deps: Pick<Deps, 'db' | 'announcements' | 'log'>) {
  const { db, announcements, log } = deps
  return { renameUser, changePassword, listSessions, endOwnSession, deleteUser, finishDeletions }

  async function renameUser({ actor, name }: BodyOf<'renameUser'>): Promise<User> {
    const renamed = await db
      .updateTable('users')
      .set({ name: name.toWellFormed() })
      .where('id', '=', actor)
      .where('name', '<>', name.toWellFormed())
      .executeTakeFirst()
    if (renamed.numUpdatedRows === 1n) {
      await tellName(actor).catch((error: Error) => log.warn({ reason: error.message }, 'not all were told a new name'))
    }
    return loadUser(db, actor)
  }

  /** As a change of each conversation that others are in: who is away hears of it when they are back. */
  async function tellName(user: string): Promise<void> {
    const memberships = await db
      .selectFrom('members')
      .innerJoin('conversations', 'conversations.id', 'members.conversation_id')
      .select('conversation_id')
      .where('user_id', '=', user)
      .where('left_at', 'is', null)
      .where('deleted_at', 'is', null)
      .where('member_count', '>', 1)
      .orderBy('active_at', 'desc')
      .limit(toldOfName)
      .execute()
    for (const { conversation_id: conversation } of memberships) {
      await changingAsSystem(deps, conversation, async (held) => {
        const member = await findMember(held.trx, conversation, user)
        if (member) await writeMember(held, user, { role: member.role, left_at: null })
      })
    }
  }

  /** Whoever knew the old password is out: of all sessions only the one that changed it stays. */
  async function changePassword(body: BodyOf<'changePassword'>): Promise<object> {
    const { actor, session, passwordHash, address } = body
    await requireAccount(db, actor)
    const ended = await db.transaction().execute(async (trx) => {
      await trx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', actor).execute()
      await trx.deleteFrom('links').where('user_id', '=', actor).where('purpose', '=', 'reset').execute()
      await audit(trx, { action: 'password.changed', actor, address })
      return endSessions(trx, actor, session)
    })
    tellEnded(announcements, actor, ended)
    return {}
  }

  async function listSessions({ actor }: BodyOf<'listSessions'>): Promise<ResponseOf<'listSessions'>> {
    const rows = await db
      .selectFrom('sessions')
      .select(['id', 'user_agent', 'address', 'created_at', sql<Date>`coalesce(rotated_at, created_at)`.as('used_at')])
      .where('user_id', '=', actor)
      .where('scopes', 'is', null)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .orderBy('used_at', 'desc')
      .limit(200)
      .execute()
    const sessions = rows.map(({ id, user_agent, address, created_at, used_at }) => ({
      id,
      userAgent: user_agent,
      address,
      createdAt: created_at.toISOString(),
      usedAt: used_at.toISOString(),
    }))
    return { sessions }
  }

  async function endOwnSession({ actor, session }: BodyOf<'endOwnSession'>): Promise<object> {
    const { numUpdatedRows } = await db
      .updateTable('sessions')
      .set({ ended_at: sql`now()` })
      .where('id', '=', session)
      .where('user_id', '=', actor)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 1n) announcements.toUser(actor, { type: 'signed-out', session })
    return {}
  }

  /**
   * Nothing personal is left of the account, and what was said stays readable for those it was said to. Conversations
   * that nobody else is in go with it; of others, where it was the last owner, whoever is there longest takes over.
   */
  async function deleteUser({ actor, address }: BodyOf<'deleteUser'>): Promise<object> {
    await db.transaction().execute(async (trx) => {
      if (await hasOthers(trx, actor)) await requireOtherAdministrator(trx, actor)
      await sql`
        update users set deleted_at = now(), name = 'Deleted account', password_hash = '', is_admin = false,
          email = 'deleted-' || id || '@deleted.invalid', email_verified_at = null, assistant = null
        where id = ${actor} and deleted_at is null`.execute(trx)
      for (const table of ['sessions', 'links', 'passkeys', 'identities', 'usage', 'blocks'] as const) {
        await trx.deleteFrom(table).where('user_id', '=', actor).execute()
      }
      await trx.deleteFrom('invites').where('created_by', '=', actor).execute()
      await trx.deleteFrom('shares').where('created_by', '=', actor).execute()
      await trx.deleteFrom('held_messages').where('author_id', '=', actor).execute()
      await audit(trx, { action: 'account.deleted', actor, address })
    })
    announcements.toUser(actor, { type: 'signed-out' })
    await leaveAll(actor)
    return {}
  }

  /** Goes on with deletions that a replica broke off. */
  async function finishDeletions(): Promise<void> {
    const { rows } = await sql<{ user_id: string }>`
      select distinct user_id from members join users on users.id = user_id
      where users.deleted_at is not null and left_at is null`.execute(db)
    for (const { user_id } of rows) {
      await leaveAll(user_id).catch((error: Error) => log.warn({ reason: error.message }, 'a deletion is not finished'))
    }
  }

  async function leaveAll(user: string): Promise<void> {
    const memberships = await db
      .selectFrom('members')
      .select('conversation_id')
      .where('user_id', '=', user)
      .where('left_at', 'is', null)
      .execute()
    for (const { conversation_id: conversation } of memberships) {
      const left = await changingAsSystem(deps, conversation, async (held) => {
        const member = await findMember(held.trx, conversation, user)
        if (!member) return undefined
        const { memberCount } = held.conversation
        const heir = memberCount > 1 ? await handOver(held, user) : undefined
        if (memberCount <= 1) {
          await sql`update conversations set deleted_at = now() where id = ${conversation}`.execute(held.trx)
        }
        await leave(held, user, member.role)
        return { heir, shown: { ...held.conversation, memberCount: memberCount - 1 } }
      })
      if (left?.heir) announcements.toUser(left.heir, joinedFrame(left.shown, 'owner'))
    }
  }
}
