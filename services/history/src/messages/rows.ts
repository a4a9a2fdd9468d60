import { type Message, type Reply, replyErrors, type Usage } from '@parley/protocol'
import { type RawBuilder, type Selectable, sql } from 'kysely'
import { quotaFailure } from '../replies/quota.ts'
import type { MessageTable } from '../schema/tables.ts'
import type { QuotaCode } from './append.sql.ts'

export type MessageRow = Selectable<MessageTable> & {
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
    ...(row.aside && { aside: true }),
    createdAt: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    reactions: deleted ? [] : row.reactions,
    ...(row.status === null ? {} : { reply: toReply(row, row.status) }),
    ...(row.assistant_id !== null && { assistant: row.assistant_id }),
    ...(row.model !== null && { model: row.model }),
    ...(row.parts !== null && !deleted && { parts: row.parts }),
    ...(row.left_out !== null && { leftOut: { messages: row.left_out, summarised: row.summarised } }),
  }
}

function toReply(row: MessageRow, status: NonNullable<MessageRow['status']>): Reply {
  switch (status) {
    case 'queued':
      return { status }
    case 'streaming':
      return { status, attempt: row.attempt }
    case 'complete':
      return { status, ...usageOf(row), ...(row.cut && { cut: true }) }
    case 'stopped':
      return { status, by: row.stop_requested_by ?? '' }
    case 'failed':
      return toFailure(row, row.error_code ?? 'provider.failed')
  }
}

function usageOf({ input_tokens, output_tokens, cached_tokens }: MessageRow): { usage?: Usage } {
  if (input_tokens === null || output_tokens === null) return {}
  const cached = cached_tokens === null ? {} : { cachedTokens: cached_tokens }
  return { usage: { inputTokens: input_tokens, outputTokens: output_tokens, ...cached } }
}

function toFailure(row: MessageRow, code: string): Reply {
  if (code.startsWith('quota.')) return quotaFailure(code as QuotaCode, row.created_at)
  return { status: 'failed', code, reason: row.error_reason ?? replyErrors['provider.failed'].words }
}
