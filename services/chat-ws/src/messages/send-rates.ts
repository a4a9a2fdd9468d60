import type { Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import type { Scratch } from '@parley/relay'

const windowMs = 60_000
const tellEveryMs = 1_000
/** Whoever sends less than this part of what they may is not worth telling other nodes of. */
const quietShare = 0.05

type Sent = { sinceTold: number; known: number; resetsAt: number }

export type SendRates = {
  /** Counts a message of the user's; ends in `rate.limited`, saying when to try again, where it is one too many. */
  take(user: string): void
  close(): void
}

/**
 * How many messages a user sends in a minute, on all nodes together. Each node counts for itself and tells the rest once
 * a second, so that sending costs no question; by as much as is sent in that second, and the little that is not worth
 * telling, one may send too much. While nobody can be told, nodes count for themselves.
 */
export function createSendRates({ scratch, log }: { scratch: Scratch; log: Logger }, mostPerMinute: number): SendRates {
  const users = new Map<string, Sent>()
  const timer = setInterval(() => void tell(), tellEveryMs)
  let telling = false

  function take(user: string): void {
    const now = Date.now()
    let sent = users.get(user)
    if (!sent || sent.resetsAt <= now) {
      sent = { sinceTold: 0, known: 0, resetsAt: (Math.floor(now / windowMs) + 1) * windowMs }
      users.set(user, sent)
    }
    if (sent.known + sent.sinceTold >= mostPerMinute) {
      throw new Refusal('rate.limited', 'That was too often. Wait a moment.', { retryAfterMs: sent.resetsAt - now })
    }
    sent.sinceTold += 1
  }

  async function tell(): Promise<void> {
    if (telling) return
    telling = true
    try {
      for (const [user, sent] of users) {
        if (sent.resetsAt <= Date.now()) users.delete(user)
        else if (sent.sinceTold >= Math.max(1, mostPerMinute * quietShare)) await tellOf(user, sent)
      }
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'rates of sending are counted by each node alone for the moment')
    }
    telling = false
  }

  async function tellOf(user: string, sent: Sent): Promise<void> {
    const told = sent.sinceTold
    const { count } = await scratch.count(`rate:sends:${user}`, windowMs, told)
    sent.sinceTold -= told
    sent.known = count
  }

  return { take, close: () => clearInterval(timer) }
}
