import type { BodyOf, ResponseOf } from '@parley/history-client'
import { type Change, limits } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { notFound } from '../access.ts'
import { toConversation } from '../conversations/changing.ts'
import { toMember } from '../conversations/member.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { type MessageRow, selectMessage, toMessage } from './rows.ts'

/** Reading the log: pages both ways, what changed since, and the marks of who has read how far. */
export function createMessageReads({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return { pageMessages, changesSince, markRead }

  /** A page of messages in order, by `seq`: the newest, those before one, or those after one. */
  async function pageMessages(body: BodyOf<'pageMessages'>): Promise<ResponseOf<'pageMessages'>> {
    const { conversation, before, after, limit } = body
    return db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        const { head } = await requireReader(trx, body)
        const forward = after !== undefined
        const bound = forward
          ? sql`m.seq > ${after} order by m.seq asc`
          : sql`m.seq < ${before ?? Number.MAX_SAFE_INTEGER} order by m.seq desc`
        const { rows } = await sql<MessageRow>`
          ${selectMessage} from messages m
          where m.conversation_id = ${conversation} and ${bound} limit ${limit + 1}`.execute(trx)
        const page = rows.slice(0, limit).map(toMessage)
        return { messages: forward ? page : page.reverse(), head, more: rows.length > limit }
      })
  }

  /** Every row of the conversation that changed after `since`, in the order of the changes. */
  async function changesSince(body: BodyOf<'changesSince'>): Promise<ResponseOf<'changesSince'>> {
    const { actors, conversation, since } = body
    // Most who come back have missed nothing, and many come back at once: they cost one statement.
    const { state } = await stateOf(db, conversation, actors, since)
    if (state.head === since) return { ...state, changes: [] }
    // One snapshot: what is read below is the state at `head`, no more and no less.
    return db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        const { state, membersChanged, settingsChanged } = await stateOf(trx, conversation, actors, since)
        const { rows } = await sql<MessageRow>`
          ${selectMessage} from messages m
          where m.conversation_id = ${conversation} and m.changed_seq > ${since}
          order by m.changed_seq limit ${limits.catchUpChanges + 1}`.execute(trx)
        if (rows.length > limits.catchUpChanges) return state
        const changes: Change[] = rows.map((row) => ({
          kind: 'message',
          seq: row.changed_seq,
          message: toMessage(row),
        }))
        if (membersChanged) changes.push(...(await membersChangedSince(trx, conversation, since)))
        if (settingsChanged) changes.push(await settingsOf(trx, conversation))
        return { ...state, changes: changes.sort((a, b) => a.seq - b.seq) }
      })
  }

  /** Moves one's mark forward. Marks are no changes of the conversation: they are told live, and kept. */
  async function markRead({ actor, conversation, seq }: BodyOf<'markRead'>): Promise<object> {
    const { rows } = await sql<{ mark: number; member_count: number }>`
      update members m set last_read_seq = least(${seq}, c.head_seq)
      from conversations c
      where c.id = m.conversation_id and m.conversation_id = ${conversation} and m.user_id = ${actor}
        and m.left_at is null and m.last_read_seq < least(${seq}, c.head_seq)
      returning m.last_read_seq as mark, c.member_count`.execute(db)
    const [moved] = rows
    if (moved) {
      const frame = { type: 'read', conversation, user: actor, seq: moved.mark } as const
      if (moved.member_count <= limits.toldReadersMembers) announcements.live(conversation, frame)
      announcements.toUser(actor, frame) // whose other devices may have it in their list only
    } else await requireReader(db, { actor, conversation })
    return {}
  }
}

/** The conversation's head, as one who may read it sees it; the refusal `conversation.not_found` to anybody else. */
async function requireReader(
  db: Kysely<Database>,
  { actor, conversation }: { actor: string; conversation: string },
): Promise<{ head: number }> {
  const row = await db
    .selectFrom('conversations')
    .innerJoin('members', 'members.conversation_id', 'conversations.id')
    .select('head_seq as head')
    .where('conversations.id', '=', conversation)
    .where('members.user_id', '=', actor)
    .where('members.left_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw notFound()
  return row
}

type State = Pick<ResponseOf<'changesSince'>, 'head' | 'tip' | 'readers' | 'streaming' | 'reads'>

/**
 * What goes on in a conversation, in one statement and so of one snapshot: its head, who may read it, what is being
 * written, who has read how far, and what else than messages has changed since. The refusal `conversation.not_found` where none of them may.
 */
async function stateOf(
  db: Kysely<Database>,
  conversation: string,
  actors: string[],
  since: number,
): Promise<{ state: State; membersChanged: boolean; settingsChanged: boolean }> {
  // By the parameter, not by `c.id`: a join would have Postgres plan for all partitions of the messages, three quarters of
  // what a catch-up without changes cost.
  type Row = State & { admitted: boolean; membersChanged: boolean; settingsChanged: boolean }
  const { rows } = await sql<Row>`
    select c.head_seq as head, c.tip_id as tip, c.changed_seq > ${since} as "settingsChanged",
      exists (select from members where conversation_id = ${conversation} and changed_seq > ${since}) as "membersChanged",
      (select jsonb_agg(jsonb_build_object('user', user_id, 'role', role))
        from members where conversation_id = ${conversation} and left_at is null) as readers,
      exists (
        select from members where conversation_id = ${conversation} and user_id = any (${actors}::uuid[]) and left_at is null
      ) as admitted,
      coalesce((select jsonb_agg(jsonb_build_object('message', id, 'attempt', attempt))
        from messages where conversation_id = ${conversation} and status = 'streaming'), '[]') as streaming,
      coalesce((select jsonb_agg(jsonb_build_object('user', user_id, 'seq', last_read_seq))
        from members where conversation_id = ${conversation} and last_read_seq > 0), '[]') as reads
    from conversations c where c.id = ${conversation}`.execute(db)
  const [state] = rows
  if (!state?.admitted) throw notFound()
  const { admitted: _, membersChanged, settingsChanged, ...told } = state
  return { state: told, membersChanged, settingsChanged }
}

async function membersChangedSince(db: Kysely<Database>, conversation: string, since: number): Promise<Change[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['user_id', 'name', 'role', 'left_at', 'last_read_seq', 'changed_seq'])
    .where('conversation_id', '=', conversation)
    .where('changed_seq', '>', since)
    .execute()
  return rows.map((row) => ({ kind: 'member', seq: row.changed_seq, member: toMember(row) }))
}

async function settingsOf(db: Kysely<Database>, conversation: string): Promise<Change> {
  const row = await db
    .selectFrom('conversations')
    .select(['id', 'title', 'assistants', 'tip_id', 'member_count', 'changed_seq'])
    .where('id', '=', conversation)
    .executeTakeFirstOrThrow()
  return { kind: 'conversation', seq: row.changed_seq, conversation: toConversation(row) }
}
