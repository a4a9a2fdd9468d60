import type { Claim } from '@parley/history-client'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'

const maxMessages = 60
const maxChars = 60_000

/** What the assistant gets to read: the newest messages before the reply, whole, as many as fit. */
export async function loadContext(
  db: Kysely<Database>,
  conversation: string,
  beforeSeq: number,
): Promise<Claim['messages']> {
  const { rows } = await sql<{ role: 'user' | 'assistant'; name: string | null; content: string }>`
    select m.role, u.name, m.content
    from messages m left join users u on u.id = m.author_id
    where m.conversation_id = ${conversation} and m.seq < ${beforeSeq} and m.deleted_at is null and m.content <> ''
    order by m.seq desc limit ${maxMessages}`.execute(db)
  const context: Claim['messages'] = []
  let chars = 0
  for (const { role, name, content } of rows) {
    chars += content.length
    if (chars > maxChars && context.length > 0) break
    context.unshift({ role, content, ...(name === null ? {} : { name }) })
  }
  return context
}
