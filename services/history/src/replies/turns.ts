import type { PromptJob } from '@parley/history-client'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'

/**
 * Gives the prompts that wait for their asker's other replies their turn, oldest first, as far as there is room.
 *
 * @param asker only this person's; undefined for everybody's
 * @returns those whose turn it is now, to be put into the queue
 */
export async function releaseWaiting(
  db: Kysely<Database>,
  repliesAtOnce: number,
  asker?: string,
): Promise<PromptJob[]> {
  const whose = asker === undefined ? sql`true` : sql`asked_by = ${asker}`
  const { rows } = await sql<PromptJob>`
    with open as (
      select
        conversation_id, id, released_at,
        count(released_at) over (partition by asked_by)
          + row_number() over (partition by asked_by, released_at is null order by created_at, seq) as place
      from messages
      where status in ('queued', 'streaming') and ${whose}
    )
    update messages m set released_at = now()
    from open o
    where o.released_at is null and o.place <= ${repliesAtOnce}
      and m.conversation_id = o.conversation_id and m.id = o.id and m.status = 'queued' and m.released_at is null
    returning m.conversation_id as conversation, m.id as message`.execute(db)
  return rows
}

const toldAtMost = 200

/** The prompts that have waited for a second, in the order of their turns, and how many stand before each. */
export async function readLine(db: Kysely<Database>): Promise<(PromptJob & { position: number })[]> {
  const { rows } = await sql<PromptJob & { position: number }>`
    select conversation, message, position::int
    from (
      select
        conversation_id as conversation, id as message, created_at,
        row_number() over (order by released_at nulls last, created_at, seq) - 1 as position
      from messages
      where status = 'queued'
    ) line
    where created_at < now() - interval '1 second'
    order by position
    limit ${toldAtMost}`.execute(db)
  return rows
}
