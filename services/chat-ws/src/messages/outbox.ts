import { type AppendResult, type History, maxBatch, type NewMessageInput } from '@parley/history-client'
import { Refusal } from '@parley/protocol'

/** Messages of one conversation go through one lane, one batch after the other, and so keep their order. */
const lanes = 4
const maxWaiting = 10_000

type Waiting = {
  message: NewMessageInput
  resolve: (result: AppendResult) => void
  reject: (error: unknown) => void
}

export type Outbox = {
  /** Stores a message by way of history; resolves with its seq or its refusal. Rejects with `unavailable`. */
  append(message: NewMessageInput): Promise<AppendResult>
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>
}

/**
 * Collects messages into batches. A lane that is idle sends at the end of this turn of the loop; one that has a batch
 * under way gathers the next meanwhile. So one message waits for nobody, and many share a commit.
 */
export function createOutbox(history: History): Outbox {
  const queues: Waiting[][] = Array.from({ length: lanes }, () => [])
  const running: (Promise<void> | undefined)[] = Array.from({ length: lanes })

  async function drain(lane: number): Promise<void> {
    await new Promise(setImmediate)
    const queue = queues[lane]!
    while (queue.length > 0) {
      const batch = queue.splice(0, maxBatch)
      try {
        const { results } = await history.appendMessages({ messages: batch.map(({ message }) => message) })
        for (const [at, { resolve }] of batch.entries()) resolve(results[at]!)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    running[lane] = undefined
  }

  return {
    append(message) {
      const lane = Number.parseInt(message.conversation.slice(-2), 16) % lanes || 0
      const queue = queues[lane]!
      if (queue.length >= maxWaiting) {
        return Promise.reject(new Refusal('unavailable', 'Too many messages wait.', { retryAfterMs: 1_000 }))
      }
      return new Promise((resolve, reject) => {
        queue.push({ message, resolve, reject })
        running[lane] ??= drain(lane)
      })
    },
    async idle() {
      while (running.some((lane) => lane !== undefined)) await Promise.all(running)
    },
  }
}
