import type { PromptJob } from '@parley/history-client'
import { sql } from 'kysely'
import type { Deps } from '../deps.ts'

const sweepEveryMs = 2_000
/** A queued reply this old was not taken from the queue in time, or never got there. */
const overdueMs = 5_000
const sweepAtMost = 500

export type Outbox = {
  /**
   * Puts prompts into the queue, now. What fails stays in the table, where the sweeper finds it.
   *
   * @param round tells a prompt that is begun anew from the first time, which the queue remembers for a while
   */
  enqueue(jobs: PromptJob[], round?: string): void
  close(): void
}

/**
 * The outbox of prompts. The row of a reply that is not at its end is its entry: the queue may lose a job, and the
 * sweeper brings it back. Several replicas may sweep: the queue drops the doubles, and a claim refuses the rest.
 */
export function createOutbox({ db, queue, log }: Pick<Deps, 'db' | 'queue' | 'log'>): Outbox {
  function put(job: PromptJob, id: string): void {
    queue.enqueue(id, JSON.stringify(job)).catch((error: Error) => {
      log.warn(
        { reply: job.message, reason: error.message },
        'a prompt could not be queued; the sweeper will try again',
      )
    })
  }

  async function sweep(): Promise<void> {
    const { rows } = await sql<PromptJob & { doublings: number }>`
      select
        conversation_id as conversation, id as message,
        floor(log(2, greatest(1, extract(epoch from now() - coalesce(lease_until, created_at)))))::int as doublings
      from messages
      where status in ('queued', 'streaming')
        and case status
          when 'queued' then created_at < now() - ${overdueMs} * interval '1 ms'
          else lease_until < now() - ${sweepEveryMs} * interval '1 ms'
        end
      order by created_at
      limit ${sweepAtMost}`.execute(db)
    // The same id until the wait has doubled: a job that is only waiting its turn is not queued again and again.
    for (const { conversation, message, doublings } of rows) put({ conversation, message }, `${message}:${doublings}`)
  }

  const timer = setInterval(() => {
    sweep().catch((error: Error) => log.warn({ reason: error.message }, 'the outbox could not be swept'))
  }, sweepEveryMs)

  return {
    enqueue(jobs, round = '') {
      for (const job of jobs) put(job, `${job.message}${round}`)
    },
    close: () => clearInterval(timer),
  }
}
