import type { BodyOf, ResponseOf } from '@parley/history-client'
import {
  type Assistant,
  type AssistantMode,
  type AssistantSettings,
  type ConversationSummary,
  newId,
  type Place,
  type Role,
} from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { notFound } from '../access.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { requireAccount } from '../sessions/user.ts'
import { changing, changingAsSystem, toConversation } from './changing.ts'
import { toMember } from './member.ts'
import { writeConversation } from './write.ts'

/** Conversations and their settings. */
export function createConversations(deps: Pick<Deps, 'db' | 'announcements'>) {
  const { db } = deps
  return { createConversation, listConversations, getConversation, changeConversation, nameConversation }

  /** A second call with the same id, by the same person, finds the conversation that the first one made. */
  async function createConversation(body: BodyOf<'createConversation'>): Promise<ConversationSummary> {
    const { actor, id, title = '', assistant: mode } = body
    await requireAccount(db, actor)
    const assistant = await firstAssistant(db, actor, mode)
    const made = await db.transaction().execute(async (trx) => {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('conversations')
        .values({
          id,
          title: title.toWellFormed(),
          assistants: JSON.stringify([assistant]),
          member_count: 1,
          head_seq: 1,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows !== 1n) return false
      await trx
        .insertInto('members')
        .values({ conversation_id: id, user_id: actor, role: 'owner', changed_seq: 1, left_at: null })
        .execute()
      return true
    })
    if (made)
      deps.announcements.toUser(actor, {
        type: 'joined',
        conversation: id,
        title,
        role: 'owner',
        memberCount: 1,
      })
    const [summary] = await summaries(db, actor, sql`c.id = ${id}`, 1)
    if (!summary) throw notFound()
    return summary
  }

  /** The actor's conversations, most recently active first. */
  async function listConversations(body: BodyOf<'listConversations'>): Promise<ResponseOf<'listConversations'>> {
    const { actor, before, limit, place } = body
    const last = fromCursor(before)
    const older = last
      ? sql`c.active_hour <= ${last.at}::timestamptz and (c.active_at, c.id) < (${last.at}::timestamptz, ${last.id}::uuid)`
      : sql`true`
    const kept = place ? sql`m.place = ${place}` : sql`m.place <> 'archive'`
    const rows = await summaries(db, actor, sql`${kept} and ${older}`, limit + 1)
    const conversations = rows.slice(0, limit)
    const oldest = conversations.at(-1)
    const next = rows.length > limit && oldest ? { next: toCursor({ at: oldest.activeAt, id: oldest.id }) } : {}
    return { conversations, ...next }
  }

  async function getConversation(body: BodyOf<'getConversation'>): Promise<ResponseOf<'getConversation'>> {
    const { actor, conversation: id } = body
    return db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        const row = await trx.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst()
        const members = await trx
          .selectFrom('members')
          .innerJoin('users', 'users.id', 'members.user_id')
          .select(['user_id', 'name', 'role', 'left_at', 'last_read_seq'])
          .where('conversation_id', '=', id)
          .orderBy('joined_at')
          .execute()
        if (!row || !members.some((member) => member.user_id === actor && member.left_at === null)) throw notFound()
        return { conversation: toConversation(row), head: row.head_seq, members: members.map(toMember) }
      })
  }

  async function changeConversation(body: BodyOf<'changeConversation'>): Promise<{ seq: number }> {
    const title = body.title.toWellFormed()
    return { seq: await changing(deps, body, 'configure', (held) => writeConversation(held, { title })) }
  }

  async function nameConversation({ conversation, title }: BodyOf<'nameConversation'>): Promise<object> {
    await changingAsSystem(deps, conversation, async (held) => {
      if (held.conversation.title === '') await writeConversation(held, { title: title.toWellFormed() })
    })
    return {}
  }
}

/** As its owner has set it up for all, else the usual one; speaking when the request says, where it does. */
async function firstAssistant(
  db: Kysely<Database>,
  owner: string,
  mode: AssistantMode | undefined,
): Promise<Assistant> {
  const row = await db.selectFrom('users').select('assistant').where('id', '=', owner).executeTakeFirst()
  const usual: AssistantSettings = { handle: 'assistant', name: 'Assistant', mode: 'auto', instructions: '' }
  const settings = row?.assistant ?? usual
  return { id: newId(), ...settings, ...(mode && { mode }) }
}

type SummaryRow = {
  id: string
  title: string
  member_count: number
  head_seq: number
  last_read_seq: number
  role: Role
  active_at_text: string
  preview: string
  place: Place
}

async function summaries(
  db: Kysely<Database>,
  actor: string,
  which: ReturnType<typeof sql>,
  limit: number,
): Promise<ConversationSummary[]> {
  // The time as text keeps its microseconds, which a JavaScript date would lose, and paging needs.
  const { rows } = await sql<SummaryRow>`
    select c.id, c.title, c.member_count, c.head_seq, m.last_read_seq, m.role, c.preview, m.place,
      to_char(c.active_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as active_at_text
    from members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${actor} and m.left_at is null and ${which}
    order by c.active_hour desc, c.active_at desc, c.id desc limit ${limit}`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    memberCount: row.member_count,
    head: row.head_seq,
    lastReadSeq: row.last_read_seq,
    role: row.role,
    activeAt: row.active_at_text,
    preview: row.preview,
    place: row.place,
  }))
}
