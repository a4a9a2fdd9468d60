import { Refusal, type Reply, replyErrors } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import type { QuotaCode } from '../messages/append.sql.ts'
import type { Database } from '../schema/tables.ts'

/** What one person may use; null where there is no limit. A day is one of UTC. */
export type Quota = {
  requestsPerDay: number | null
  tokensPerDay: number | null
  /** Replies that wait or are being written. */
  openReplies: number | null
  /** Of these, how many are in the queue at the same time: the others wait, so that a burst holds up nobody else. */
  repliesAtOnce: number
}

/** When the day of a moment ends, and with it what was used of a quota. */
export function nextDay(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1))
}

/** The state of a reply that was not begun because its asker has used up a quota. */
export function quotaFailure(code: QuotaCode, askedAt: Date): Reply {
  const resetsAt = code === 'quota.replies' ? {} : { resetsAt: nextDay(askedAt).toISOString() }
  return { status: 'failed', code, reason: replyErrors[code].words, ...resetsAt }
}

/** What one person may use: as an administrator has set it for them, else as for all. */
export async function quotaOf(db: Kysely<Database>, user: string, quota: Quota): Promise<Quota> {
  const own = await db
    .selectFrom('users')
    .select(['quota_requests', 'quota_tokens'])
    .where('id', '=', user)
    .executeTakeFirst()
  return {
    ...quota,
    requestsPerDay: own?.quota_requests ?? quota.requestsPerDay,
    tokensPerDay: own?.quota_tokens ?? quota.tokensPerDay,
  }
}

/**
 * Writes down that a person asks for one more reply.
 *
 * @throws Refusal one of the quota's, with the time until it starts again, where there is nothing left
 */
export async function spendRequest(db: Kysely<Database>, user: string, quota: Quota): Promise<void> {
  const { requestsPerDay, tokensPerDay } = await quotaOf(db, user, quota)
  const { rows } = await sql<{ requests: number; tokens: number; open: number }>`
    insert into usage as u (user_id, day, requests) values (${user}, (now() at time zone 'utc')::date, 1)
    on conflict (user_id, day) do update set requests = u.requests + 1
    returning requests, input_tokens + output_tokens as tokens, (
      select count(*) from messages where asked_by = ${user} and status in ('queued', 'streaming')
    ) as open`.execute(db)
  const { requests, tokens, open } = rows[0]!
  if (requests > (requestsPerDay ?? Number.POSITIVE_INFINITY)) throw over('quota.requests')
  if (tokens >= (tokensPerDay ?? Number.POSITIVE_INFINITY)) throw over('quota.tokens')
  if (open >= (quota.openReplies ?? Number.POSITIVE_INFINITY)) throw over('quota.replies')
}

function over(code: QuotaCode): Refusal {
  if (code === 'quota.replies') return new Refusal(code, replyErrors[code].words)
  const now = new Date()
  const retryAfterMs = nextDay(now).getTime() - now.getTime()
  return new Refusal(code, `${replyErrors[code].words} It starts again at midnight UTC.`, { retryAfterMs })
}
