import type { Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import type { Scratch } from '@parley/relay'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Tries on one account from anywhere: slows guessing, and lets its owner in again a minute later. */
const signInsPerAccountAndMinute = 10

export type Limits = {
  signUpsPerHour: number
  signInsPerMinute: number
  requestsPerMinute: number
  ticketsPerMinute: number
  searchesPerMinute: number
}

export type RateLimits = {
  signUp(address: string): Promise<void>
  signIn(address: string, email: string): Promise<void>
  request(user: string): Promise<void>
  ticket(user: string): Promise<void>
  search(user: string): Promise<void>
  /** Of somebody who needs not be signed in. */
  visit(address: string): Promise<void>
}

/**
 * Limits that hold across replicas. Each rejects with `rate.limited`, saying when to try again. While the counter is
 * away nobody is refused: to be usable counts for more than to be counted.
 */
export function createRateLimits(scratch: Scratch, limits: Limits, log: Logger): RateLimits {
  async function take(key: string, most: number, windowMs: number): Promise<void> {
    const counted = await scratch.count(`rate:${key}`, windowMs).catch((error: Error) => {
      log.warn({ reason: error.message }, 'rates are not limited for the moment')
    })
    if (!counted || counted.count <= most) return
    const seconds = Math.ceil(counted.resetsInMs / 1000)
    throw new Refusal('rate.limited', `That was too often. Try again in ${seconds} s.`, {
      retryAfterMs: counted.resetsInMs,
    })
  }
  return {
    signUp: (address) => take(`sign-up:${address}`, limits.signUpsPerHour, hourMs),
    async signIn(address, email) {
      await take(`sign-in:${address}`, limits.signInsPerMinute, minuteMs)
      await take(`account:${email.toLowerCase()}`, signInsPerAccountAndMinute, minuteMs)
    },
    visit: (address) => take(`visit:${address}`, limits.requestsPerMinute, minuteMs),
    ticket: (user) => take(`tickets:${user}`, limits.ticketsPerMinute, minuteMs),
    search: (user) => take(`searches:${user}`, limits.searchesPerMinute, minuteMs),
    request: (user) => take(`user:${user}`, limits.requestsPerMinute, minuteMs),
  }
}
