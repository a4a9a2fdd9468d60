import type { Message } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'
import { type MessageRow, selectMessage, toMessage } from './rows.ts'

export type Stored = { message: Message; changedSeq: number; row: MessageRow }

/** Loads messages of a conversation by their ids, or with the replies they got, in the order of their changes. */
export async function loadMessages(
  db: Kysely<Database>,
  conversation: string,
  which: { ids: string[] } | { withReplies: string[] },
): Promise<Stored[]> {
  const wanted =
    'ids' in which
      ? sql`m.id = any (${which.ids}::uuid[])`
      : sql`(m.id = any (${which.withReplies}::uuid[]) or (m.role = 'assistant' and m.parent_id = any (${which.withReplies}::uuid[])))`
  const { rows } = await sql<MessageRow>`
    ${selectMessage} from messages m
    where m.conversation_id = ${conversation} and ${wanted}
    order by m.changed_seq`.execute(db)
  return rows.map((row) => ({ message: toMessage(row), changedSeq: row.changed_seq, row }))
}

/** Loads one message. */
export async function loadMessage(db: Kysely<Database>, conversation: string, id: string): Promise<Stored | undefined> {
  return (await loadMessages(db, conversation, { ids: [id] }))[0]
}
