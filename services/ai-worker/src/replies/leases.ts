import type { History } from '@parley/history-client'
import type { Logger } from '@parley/kit'
import type { Lease } from '@parley/queue'

const everyMs = 1_000

type Claimed = { conversation: string; message: string; attempt: number }

export type Leases = {
  /**
   * Keeps a claim and its job alive until it is let go. `onLost` is called when another worker has the reply.
   *
   * @returns lets go
   */
  keep(claim: Claimed, job: Lease, onLost: () => void): () => void
  close(): void
}

/** Keeps all that a worker has claimed alive, in one question for all of it. */
export function createLeases(history: History, leaseMs: number, log: Logger): Leases {
  const held = new Map<string, { claim: Claimed; job: Lease; onLost: () => void }>()

  async function extend(): Promise<void> {
    if (held.size === 0) return
    for (const { job } of held.values()) job.extend()
    const asked = [...held.values()].map(({ claim: { conversation, message, attempt } }) => ({
      conversation,
      message,
      attempt,
    }))
    try {
      const { lost } = await history.extendReplies({ claims: asked, leaseMs })
      for (const { message, attempt } of asked) {
        const entry = held.get(message)
        if (lost.includes(message) && entry?.claim.attempt === attempt) entry.onLost()
      }
    } catch (error) {
      log.warn({ claims: asked.length, reason: (error as Error).message }, 'claims could not be extended')
    }
  }

  const timer = setInterval(() => void extend(), everyMs)
  return {
    keep(claim, job, onLost) {
      const entry = { claim, job, onLost }
      held.set(claim.message, entry)
      return () => {
        if (held.get(claim.message) === entry) held.delete(claim.message)
      }
    },
    close: () => clearInterval(timer),
  }
}
