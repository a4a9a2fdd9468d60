import type { Message, Reply } from '@parley/protocol'
import { type RawBuilder, sql } from 'kysely'
import type { MessageTable } from '../schema/tables.ts'

export type MessageRow = {
  [K in keyof MessageTable]: MessageTable[K] extends { __select__: infer S } ? S : MessageTable[K]
} & {
  created_at: Date
  attempt: number
  attempts_before: number
  reactions: { emoji: string; users: string[] }[]
}

/** A message with its reactions, as `toMessage` takes it. Follow it with `from messages m`. */
export const selectMessage: RawBuilder<MessageRow> = sql`
  select m.*, (
    select coalesce(json_agg(json_build_object('emoji', r.emoji, 'users', r.users) order by r.since, r.emoji), '[]')
    from (
      select emoji, min(created_at) as since, json_agg(user_id order by created_at, user_id) as users
      from reactions
      where conversation_id = m.conversation_id and message_id = m.id
      group by emoji
    ) r
  ) as reactions`

/** A stored message as clients see it. What was deleted has neither text nor reactions. */
export function toMessage(row: MessageRow): Message {
  const deleted = row.deleted_at !== null
  return {
    id: row.id,
    seq: row.seq,
    author: row.author_id,
    role: row.role,
    parent: row.parent_id,
    content: deleted ? '' : row.content,
    createdAt: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    reactions: deleted ? [] : row.reactions,
    ...(row.status === null ? {} : { reply: toReply(row, row.status) }),
    ...(row.model === null ? {} : { model: row.model }),
  }
}

function toReply(row: MessageRow, status: NonNullable<MessageRow['status']>): Reply {
  switch (status) {
    case 'queued':
      return { status }
    case 'streaming':
      return { status, attempt: row.attempt }
    case 'complete':
      if (row.input_tokens === null || row.output_tokens === null) return { status }
      return { status, usage: { inputTokens: row.input_tokens, outputTokens: row.output_tokens } }
    case 'stopped':
      return { status, by: row.stop_requested_by ?? '' }
    case 'failed':
      return { status, code: row.error_code ?? 'provider.failed', reason: row.error_reason ?? '' }
  }
}
