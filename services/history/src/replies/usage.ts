import type { BodyOf } from '@parley/history-client'
import type { UsageReport } from '@parley/protocol'
import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { nextDay, quotaOf } from './quota.ts'

const shownDays = 30

/** What people have used of the models, and the summaries that save them from using more. */
export function createUsage({ db, quota }: Pick<Deps, 'db' | 'quota'>) {
  return { readUsage, keepSummary }

  async function readUsage({ actor }: BodyOf<'readUsage'>): Promise<UsageReport> {
    const days = await db
      .selectFrom('usage')
      .select([
        'day',
        'requests',
        'input_tokens as inputTokens',
        'output_tokens as outputTokens',
        'cached_tokens as cachedTokens',
      ])
      .where('user_id', '=', actor)
      .orderBy('day', 'desc')
      .limit(shownDays)
      .execute()
    const { requestsPerDay, tokensPerDay, openReplies } = await quotaOf(db, actor, quota)
    return { days, quota: { requestsPerDay, tokensPerDay, openReplies }, resetsAt: nextDay(new Date()).toISOString() }
  }

  /** A summary until a message stands for all of its branch up to there. A newer one of the same place replaces it. */
  async function keepSummary({ conversation, until, covers, content }: BodyOf<'keepSummary'>): Promise<object> {
    await sql`
      insert into summaries (conversation_id, message_id, content, covers)
      select ${conversation}, id, ${content.toWellFormed().replaceAll('\0', '')}, ${covers}
      from messages where conversation_id = ${conversation} and id = ${until}
      on conflict (conversation_id, message_id) do update set content = excluded.content, covers = excluded.covers`.execute(
      db,
    )
    return {}
  }
}
