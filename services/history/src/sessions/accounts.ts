import type { BodyOf, ResponseOf } from '@parley/history-client'
import type { User } from '@parley/protocol'
import { sql } from 'kysely'
import { changingAsSystem } from '../conversations/changing.ts'
import { findMember, handOver, leave } from '../conversations/member.ts'
import type { Deps } from '../deps.ts'

/** What people do with their own account. */
export function createAccounts(deps: Pick<Deps, 'db' | 'announcements' | 'log'>) {
  const { db, announcements, log } = deps
  return { renameUser, changePassword, listSessions, endOwnSession, deleteUser, finishDeletions }

  async function renameUser({ actor, name }: BodyOf<'renameUser'>): Promise<User> {
    return db
      .updateTable('users')
      .set({ name: name.toWellFormed() })
      .where('id', '=', actor)
      .returning(['id', 'email', 'name'])
      .executeTakeFirstOrThrow()
  }

  /** Whoever knew the old password is out: of all sessions only the one that changed it stays. */
  async function changePassword({ actor, session, passwordHash }: BodyOf<'changePassword'>): Promise<object> {
    const ended = await db.transaction().execute(async (trx) => {
      await trx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', actor).execute()
      return trx
        .updateTable('sessions')
        .set({ ended_at: sql`now()` })
        .where('user_id', '=', actor)
        .where('id', '<>', session)
        .where('ended_at', 'is', null)
        .returning('id')
        .execute()
    })
    for (const { id } of ended) announcements.toUser(actor, { type: 'signed-out', session: id })
    return {}
  }

  async function listSessions({ actor }: BodyOf<'listSessions'>): Promise<ResponseOf<'listSessions'>> {
    const rows = await db
      .selectFrom('sessions')
      .select(['id', 'user_agent', 'created_at', sql<Date>`coalesce(rotated_at, created_at)`.as('used_at')])
      .where('user_id', '=', actor)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .orderBy('used_at', 'desc')
      .limit(200)
      .execute()
    const sessions = rows.map(({ id, user_agent, created_at, used_at }) => ({
      id,
      userAgent: user_agent,
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
  async function deleteUser({ actor }: BodyOf<'deleteUser'>): Promise<object> {
    await db.transaction().execute(async (trx) => {
      await sql`
        update users set deleted_at = now(), name = 'Deleted account', password_hash = '',
          email = 'deleted-' || id || '@deleted.invalid'
        where id = ${actor} and deleted_at is null`.execute(trx)
      await trx.deleteFrom('sessions').where('user_id', '=', actor).execute()
      await trx.deleteFrom('invites').where('created_by', '=', actor).execute()
      await trx.deleteFrom('shares').where('created_by', '=', actor).execute()
      await trx.deleteFrom('usage').where('user_id', '=', actor).execute()
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
      await changingAsSystem(deps, conversation, async (held) => {
        const member = await findMember(held.trx, conversation, user)
        if (!member) return
        if (held.conversation.memberCount > 1) await handOver(held, user)
        else await sql`update conversations set deleted_at = now() where id = ${conversation}`.execute(held.trx)
        await leave(held, user, member.role)
      })
    }
  }
}
