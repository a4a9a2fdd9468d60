/** What to do with a job after its handler has looked at it: it is done, or it comes again after a while. */
export type Outcome = 'done' | { againInMs: number }

/** A job in the hands of a worker, who must `extend` the lease before it runs out, or another worker gets the job. */
export type Lease = { extend(): void }

export type Consumer = {
  /** Takes no more jobs, and resolves when those in hand have ended. */
  close(): Promise<void>
}

/**
 * Jobs that are each given to one worker at a time until one says `done`. Delivery is at least once: who must act
 * once needs a fencing token of its own.
 */
export type Queue = {
  /**
   * Resolves once the job is stored. A second job with an id seen within the last two minutes is dropped.
   * Rejects with `Refusal('unavailable')` while the queue is away.
   */
  enqueue(id: string, data: string): Promise<void>
  /** Hands jobs to `handler`, at most `concurrency` at a time. A handler that throws gets the job again in a second. */
  consume(
    options: { concurrency: number; leaseMs: number },
    handler: (data: string, lease: Lease) => Promise<Outcome>,
  ): Promise<Consumer>
  /** Rejects while the queue is away. */
  ping(): Promise<void>
  close(): Promise<void>
}

export const dedupeMs = 120_000
export const retryAfterThrowMs = 1_000
/** Jobs that wait at most; more are refused with `unavailable`, and stay in history's outbox. */
export const maxJobs = 1_000_000
