import type { ReplyEnd } from '@parley/history-client'
import {
  isPlain,
  plainText,
  type ReplyErrorCode,
  readTranscript,
  replyErrors,
  settleParts,
  textOf,
  type Usage,
} from '@parley/protocol'
import { sql } from 'kysely'
import type { Held } from '../conversations/changing.ts'
import type { MessageRow } from '../messages/rows.ts'
import { writeMessage } from '../messages/write.ts'

type Ending = { transcript: string; usage?: Usage | undefined; end: ReplyEnd }

/** Writes down how a reply ended, what it consists of, and what it took. */
export async function endReply(held: Held, row: MessageRow, { transcript, usage, end }: Ending): Promise<number> {
  // Where nothing was told of a reply that goes on, what it had before stays.
  const said = transcript === '' ? undefined : contentOf(transcript)
  const seq = await writeMessage(held, row.id, {
    ...said,
    status: end.status,
    cut: end.status === 'complete' && end.cut,
    lease_until: null,
    error_code: end.status === 'failed' ? end.code : null,
    error_reason: end.status === 'failed' ? end.reason : null,
    ...(usage && {
      input_tokens: (row.input_tokens ?? 0) + usage.inputTokens,
      output_tokens: (row.output_tokens ?? 0) + usage.outputTokens,
      cached_tokens:
        usage.cachedTokens === undefined ? row.cached_tokens : (row.cached_tokens ?? 0) + usage.cachedTokens,
    }),
  })
  if (usage && row.asked_by) await spendTokens(held, row.asked_by, usage)
  await setPreview(held, said?.content ?? '')
  return seq
}

/** The end of a reply that has failed, in the words for it. */
export function failReply(code: ReplyErrorCode): ReplyEnd {
  return { status: 'failed', code, reason: replyErrors[code].words }
}

function contentOf(transcript: string): { content: string; parts: string | null } {
  const whole = transcript.toWellFormed().replaceAll('\0', '')
  if (isPlain(whole)) return { content: plainText(whole), parts: null }
  const parts = settleParts(readTranscript(whole))
  return { content: textOf(parts), parts: JSON.stringify(parts) }
}

async function spendTokens({ trx }: Held, user: string, usage: Usage): Promise<void> {
  const { inputTokens, outputTokens, cachedTokens = 0 } = usage
  await sql`
    insert into usage as u (user_id, day, input_tokens, output_tokens, cached_tokens)
    values (${user}, (now() at time zone 'utc')::date, ${inputTokens}, ${outputTokens}, ${cachedTokens})
    on conflict (user_id, day) do update set
      input_tokens = u.input_tokens + excluded.input_tokens,
      output_tokens = u.output_tokens + excluded.output_tokens,
      cached_tokens = u.cached_tokens + excluded.cached_tokens`.execute(trx)
}

async function setPreview({ trx, conversation }: Held, content: string): Promise<void> {
  await sql`
    update conversations set preview = left(${content}, 140), active_at = now()
    where id = ${conversation.id} and ${content} <> ''`.execute(trx)
}
