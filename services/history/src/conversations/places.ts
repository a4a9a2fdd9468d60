import type { BodyOf } from '@parley/history-client'
import type { Role } from '@parley/protocol'
import { sql } from 'kysely'
import { notFound, requireRole } from '../access.ts'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'

/** Where conversations are kept, by each member for themselves, and how they go and come back. */
export function createPlaces({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return { placeConversation, deleteConversation, restoreConversation }

  async function placeConversation({ actor, conversation, place }: BodyOf<'placeConversation'>): Promise<object> {
    const { numUpdatedRows } = await db
      .updateTable('members')
      .set({ place })
      .where('conversation_id', '=', conversation)
      .where('user_id', '=', actor)
      .where('left_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw notFound()
    announcements.toUser(actor, { type: 'placed', conversation, place })
    return {}
  }

  /** All members leave at once, and `deleted_at` remembers when. Deleting twice is deleting once. */
  async function deleteConversation({ actor, conversation }: BodyOf<'deleteConversation'>): Promise<object> {
    const gone = await db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ role: Role | null; deleted_at: Date | null; head_seq: number }>`
        select (select role from members where conversation_id = c.id and user_id = ${actor}
            and (left_at is null or left_at = c.deleted_at)) as role, c.deleted_at, c.head_seq
        from conversations c where id = ${conversation} for update`.execute(trx)
      const [row] = rows
      requireRole(row?.role ?? undefined, 'deleteConversation')
      if (!row || row.deleted_at) return undefined
      await sql`update conversations set deleted_at = now() where id = ${conversation}`.execute(trx)
      const members = await sql<{ user_id: string }>`
        update members set left_at = now() where conversation_id = ${conversation} and left_at is null
        returning user_id`.execute(trx)
      await audit(trx, { action: 'conversation.deleted', actor, target: conversation })
      return { head: row.head_seq, members: members.rows }
    })
    if (!gone) return {}
    // First, so that a node that knows who may read it forgets that before anybody comes again.
    announcements.head(conversation, gone.head)
    for (const { user_id } of gone.members) announcements.toUser(user_id, { type: 'left', conversation })
    return {}
  }

  /** Those who left by the deletion are members again, and nobody else. */
  async function restoreConversation({ actor, conversation }: BodyOf<'restoreConversation'>): Promise<object> {
    const back = await db.transaction().execute(async (trx) => {
      const { rows } = await sql<{
        title: string
        member_count: number
        deleted_at: Date | null
        role: 'owner' | null
      }>`
        select c.title, c.member_count, c.deleted_at,
          (select role from members where conversation_id = c.id and user_id = ${actor} and role = 'owner'
            and (left_at is null or left_at = c.deleted_at)) as role
        from conversations c where id = ${conversation} for update`.execute(trx)
      const [row] = rows
      if (!row?.role) throw notFound()
      if (!row.deleted_at) return undefined
      const members = await sql<{ user_id: string; role: Role }>`
        update members m set left_at = null from conversations c
        where c.id = ${conversation} and m.conversation_id = c.id and m.left_at = c.deleted_at
        returning m.user_id, m.role`.execute(trx)
      await sql`update conversations set deleted_at = null where id = ${conversation}`.execute(trx)
      return { ...row, members: members.rows }
    })
    for (const { user_id, role } of back?.members ?? []) {
      const { title, member_count: memberCount } = back!
      announcements.toUser(user_id, { type: 'joined', conversation, title, role, memberCount })
    }
    return {}
  }
}
