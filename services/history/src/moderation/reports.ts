import type { BodyOf, ResponseOf } from '@parley/history-client'
import { Refusal } from '@parley/protocol'
import { sql } from 'kysely'
import { requireRole } from '../access.ts'
import { requireAdministrator } from '../administration/administrator.ts'
import { audit } from '../administration/audit.ts'
import { changingAsSystem } from '../conversations/changing.ts'
import { findMember } from '../conversations/member.ts'
import type { Deps } from '../deps.ts'
import { erase } from '../messages/edit.ts'
import { loadMessage } from '../messages/load.ts'
import { isUniqueViolation } from '../schema/database.ts'

const shown = 200

/** What people report, for those who administer the installation to look at. */
export function createReports(deps: Pick<Deps, 'db' | 'announcements'>) {
  const { db } = deps
  return { reportMessage, listReports, closeReport }

  /** By who may read the message. Reporting twice is reporting once. */
  async function reportMessage(body: BodyOf<'reportMessage'>): Promise<object> {
    const { actor, conversation, message, id, reason } = body
    requireRole((await findMember(db, conversation, actor))?.role, 'read')
    const stored = await loadMessage(db, conversation, message)
    if (!stored) throw new Refusal('message.not_found', 'There is no such message here.')
    try {
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('reports')
          .values({
            id,
            conversation_id: conversation,
            message_id: message,
            reported_by: actor,
            reason: reason.toWellFormed(),
          })
          .execute()
        await audit(trx, { action: 'message.reported', actor, target: message, detail: { conversation } })
      })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
    }
    return {}
  }

  /** Those that nobody has closed, the oldest first. */
  async function listReports({ actor }: BodyOf<'listReports'>): Promise<ResponseOf<'listReports'>> {
    await requireAdministrator(db, actor)
    const rows = await db
      .selectFrom('reports as r')
      .innerJoin('conversations as c', 'c.id', 'r.conversation_id')
      .innerJoin('messages as m', (join) =>
        join.onRef('m.conversation_id', '=', 'r.conversation_id').onRef('m.id', '=', 'r.message_id'),
      )
      .innerJoin('users as by', 'by.id', 'r.reported_by')
      .leftJoin('users as author', 'author.id', 'm.author_id')
      .select([
        'r.id',
        'r.conversation_id as conversation',
        'c.title',
        'r.message_id as message',
        'author.name as author',
        'm.author_id as authorId',
        'm.content',
        'r.reason',
        'by.name as by',
        'r.created_at',
      ])
      .where('r.closed_at', 'is', null)
      .orderBy('r.created_at')
      .orderBy('r.id')
      .limit(shown)
      .execute()
    return { reports: rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at.toISOString() })) }
  }

  async function closeReport({ actor, address, report, remove }: BodyOf<'closeReport'>): Promise<object> {
    await requireAdministrator(db, actor)
    const row = await db
      .selectFrom('reports')
      .select(['conversation_id', 'message_id'])
      .where('id', '=', report)
      .executeTakeFirst()
    if (!row) throw new Refusal('report.not_found', 'There is no such report.')
    if (remove) {
      await changingAsSystem(deps, row.conversation_id, async (held) => {
        await erase(held, row.message_id)
      })
    }
    const { numUpdatedRows } = await db
      .updateTable('reports')
      .set({ closed_at: sql`now()`, closed_by: actor })
      .where('message_id', '=', row.message_id)
      .where('closed_at', 'is', null)
      .$if(!remove, (query) => query.where('id', '=', report)) // of what is gone, all reports are done
      .executeTakeFirst()
    const detail = { removed: remove, conversation: row.conversation_id }
    if (numUpdatedRows > 0n)
      await audit(db, { action: 'report.closed', actor, target: row.message_id, address, detail })
    return {}
  }
}
