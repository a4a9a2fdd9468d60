import type { PromptJob } from '@parley/history-client'
import { inSpan, SpanKind, traceparent } from '@parley/kit'
import { sql } from 'kysely'
import { changingAsSystem } from '../conversations/changing.ts'
import type { Deps } from '../deps.ts'
import { endReply } from './end.ts'
import { findReply } from './reply.ts'
import { forgetBegun, readBegun } from './transcript.ts'
import { readLine, releaseWaiting } from './turns.ts'

const sweepEveryMs = 1_000
/** A queued reply this old was not taken from the queue in time, or never got there. */
const overdueMs = 5_000
/** A lease that ran out this long ago was not taken by the redelivery. */
const abandonedMs = 2_000
const sweepAtMost = 500

export type Outbox = {
  /** Puts prompts into the queue, now. What fails stays in the table, where the sweeper finds it. */
  enqueue(jobs: PromptJob[]): void
  /** Puts those of a person's prompts into the queue whose turn has come. */
  nextTurn(asker: string | null): void
  /** Ends a reply that somebody has stopped, after a while, if its worker has not. */
  endStopped(job: PromptJob, afterMs: number): void
  close(): void
}

/**
 * The outbox of prompts. The row of a reply that is not at its end is its entry: the queue may lose a job, and the
 * sweeper brings it back. Several replicas may sweep: the queue drops the doubles, and a claim refuses the rest.
 */
export function createOutbox(deps: Pick<Deps, 'db' | 'queue' | 'log' | 'quota' | 'announcements' | 'scratch'>): Outbox {
  const { db, queue, log, quota } = deps
  const stopping = new Set<NodeJS.Timeout>()

  function put(job: PromptJob, id: string): void {
    const attributes = { 'parley.reply.id': job.message }
    inSpan('enqueue', { kind: SpanKind.PRODUCER, onlyWithin: true, attributes }, () =>
      queue.enqueue(id, JSON.stringify({ ...job, trace: traceparent() })),
    ).catch((error: Error) => {
      log.warn(
        { reply: job.message, reason: error.message },
        'a prompt could not be queued; the sweeper will try again',
      )
    })
  }

  const failed = (what: string) => (error: Error) => void log.warn({ reason: error.message }, what)

  /** Prompts whose turn has come, now. An id of its own each time: the same reply may be asked for again. */
  async function release(asker?: string): Promise<void> {
    for (const job of await releaseWaiting(db, quota.repliesAtOnce, asker))
      put(job, `${job.message}:turn-${Date.now()}`)
  }

  async function bringBack(): Promise<void> {
    const { rows } = await sql<PromptJob & { doublings: number }>`
      select
        conversation_id as conversation, id as message,
        floor(log(2, greatest(1, extract(epoch from now() - coalesce(lease_until, released_at)))))::int as doublings
      from messages
      where status in ('queued', 'streaming')
        and case status
          when 'queued' then released_at < now() - ${overdueMs} * interval '1 ms'
          else lease_until < now() - ${abandonedMs} * interval '1 ms'
        end
      order by released_at
      limit ${sweepAtMost}`.execute(db)
    // The same id until the wait has doubled: a job that is only waiting its turn is not queued again and again.
    for (const { conversation, message, doublings } of rows) put({ conversation, message }, `${message}:${doublings}`)
  }

  async function endAllStopped(): Promise<void> {
    const { rows } = await sql<PromptJob>`
      select conversation_id as conversation, id as message from messages
      where status = 'streaming' and stop_requested_by is not null limit ${sweepAtMost}`.execute(db)
    for (const job of rows) await end(job)
  }

  async function tellLine(): Promise<void> {
    for (const { conversation, message, position } of await readLine(db)) {
      deps.announcements.live(conversation, { type: 'waiting', conversation, message, position })
    }
  }

  async function end({ conversation, message }: PromptJob): Promise<void> {
    const ended = await changingAsSystem(deps, conversation, async (held) => {
      const { row } = await findReply(held, message)
      if (row.status !== 'streaming' || row.stop_requested_by === null) return undefined
      const transcript = await readBegun(deps.scratch, message, row.attempt)
      await endReply(held, row, { transcript, end: { status: 'stopped' } })
      return row
    })
    if (!ended) return
    void forgetBegun(deps.scratch, message, ended.attempt)
    await release(ended.asked_by ?? undefined)
  }

  async function sweep(): Promise<void> {
    await release()
    await bringBack()
    await endAllStopped()
    await tellLine()
  }

  const timer = setInterval(() => void sweep().catch(failed('the outbox could not be swept')), sweepEveryMs)

  return {
    enqueue(jobs) {
      for (const job of jobs) put(job, job.message)
    },
    nextTurn(asker) {
      if (asker !== null) void release(asker).catch(failed('a waiting prompt could not be released'))
    },
    endStopped(job, afterMs) {
      const waiting = setTimeout(() => {
        stopping.delete(waiting)
        void end(job).catch(failed('a stopped reply could not be ended; the sweeper will try again'))
      }, afterMs)
      stopping.add(waiting)
    },
    close() {
      clearInterval(timer)
      for (const waiting of stopping) clearTimeout(waiting)
    },
  }
}
