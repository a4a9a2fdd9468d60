import type { Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import { dedupeMs, maxJobs, type Outcome, type Queue, retryAfterThrowMs } from './port.ts'

type Job = { data: string }
type Handler = Parameters<Queue['consume']>[1]
type Worker = { free: number; leaseMs: number; handler: Handler }

/** A queue within one process, for the standalone. Its jobs end with the process; history's outbox brings them back. */
export function createInProcessQueue(log: Logger): Queue {
  const waiting: Job[] = []
  const workers = new Set<Worker>()
  const running = new Map<Worker, Set<Promise<void>>>()
  const seen = new Map<string, number>()
  const timers = new Set<NodeJS.Timeout>()

  function later(ms: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, ms)
    timers.add(timer)
    return () => {
      clearTimeout(timer)
      timers.delete(timer)
    }
  }

  function put(job: Job): void {
    waiting.push(job)
    dispatch()
  }

  function dispatch(): void {
    for (const worker of workers) {
      while (worker.free > 0 && waiting.length > 0) {
        const job = waiting.shift()!
        worker.free -= 1
        const run: Promise<void> = work(worker, job).finally(() => {
          worker.free += 1
          running.get(worker)?.delete(run)
          dispatch()
        })
        running.get(worker)!.add(run)
      }
    }
  }

  async function work({ leaseMs, handler }: Worker, job: Job): Promise<void> {
    let lost = false
    const lose = () => {
      lost = true
      put(job)
    }
    let cancel = later(leaseMs, lose)
    const extend = () => {
      if (lost) return
      cancel()
      cancel = later(leaseMs, lose)
    }
    let outcome: Outcome
    try {
      outcome = await handler(job.data, { extend })
    } catch (error) {
      log.error(error, 'a job failed')
      outcome = { againInMs: retryAfterThrowMs }
    }
    cancel()
    if (!lost && outcome !== 'done') later(outcome.againInMs, () => put(job))
  }

  function isRepeat(id: string): boolean {
    const now = Date.now()
    for (const [old, at] of seen) {
      if (at + dedupeMs > now) break // insertion order is time order
      seen.delete(old)
    }
    if (seen.has(id)) return true
    seen.set(id, now)
    return false
  }

  return {
    async enqueue(id, data) {
      if (waiting.length >= maxJobs) throw new Refusal('unavailable', 'The queue is full.')
      if (!isRepeat(id)) put({ data })
    },
    async consume({ concurrency, leaseMs }, handler) {
      const worker = { free: concurrency, leaseMs, handler }
      workers.add(worker)
      running.set(worker, new Set())
      dispatch()
      return {
        async close() {
          workers.delete(worker)
          await Promise.allSettled(running.get(worker) ?? [])
        },
      }
    },
    ping: async () => {},
    async close() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
