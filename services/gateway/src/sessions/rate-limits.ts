import { createHash } from 'node:crypto'
import type { Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import type { Scratch } from '@parley/relay'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Tries on one account by browsers that never signed in to it; and by each that did. */
const signInsPerAccountAndMinute = 10
const lettersPerHour = 5
/** Each new name is told in every conversation. */
const namesPerHour = 20
/** Wrong passwords that cost no waiting. Each further one doubles it, up to a minute. */
const freeFailures = 3
const failuresForgottenMs = 15 * minuteMs
const longestWaitMs = minuteMs

export type Limits = {
  signUpsPerHour: number
  signInsPerMinute: number
  requestsPerMinute: number
  ticketsPerMinute: number
  searchesPerMinute: number
}

/** A try to sign in to an account: from where, and by which known browser. */
type Try = { address: string; email: string; device: string | undefined }

export type RateLimits = {
  signUp(address: string): Promise<void>
  /** Of an address, by whatever way. */
  signIn(address: string): Promise<void>
  /** By a password. */
  password(attempt: Try): Promise<void>
  /** After a wrong one: the next tries from there on this account have to wait. */
  failed(attempt: Try): Promise<void>
  /** Of letters to one person, and from one address. */
  letter(address: string, email: string): Promise<void>
  request(user: string): Promise<void>
  ticket(user: string): Promise<void>
  search(user: string): Promise<void>
  report(user: string): Promise<void>
  /** Of new names. */
  rename(user: string): Promise<void>
  /** Of somebody who needs not be signed in. */
  visit(address: string): Promise<void>
}

/**
 * Limits that hold across replicas. Each rejects with `rate.limited`, saying when to try again. While the counter is
 * away nobody is refused: to be usable counts for more than to be counted.
 */
export function createRateLimits(scratch: Scratch, limits: Limits, log: Logger): RateLimits {
  const away = (error: Error) => void log.warn({ reason: error.message }, 'rates are not limited for the moment')

  async function take(key: string, most: number, windowMs: number): Promise<void> {
    const counted = await scratch.count(`rate:${key}`, windowMs).catch(away)
    if (counted && counted.count > most) throw tooOften(counted.resetsInMs)
  }

  return {
    signUp: (address) => take(`sign-up:${address}`, limits.signUpsPerHour, hourMs),
    signIn: (address) => take(`sign-in:${address}`, limits.signInsPerMinute, minuteMs),
    async password(attempt) {
      await take(`sign-in:${attempt.address}`, limits.signInsPerMinute, minuteMs)
      const waitsUntil = await scratch.read(`wait:${triesKey(attempt)}`).catch(away)
      const waitMs = Number(waitsUntil ?? 0) - Date.now()
      if (waitMs > 0) throw tooOften(waitMs)
      await take(`account:${attempt.device ?? hashed(attempt.email)}`, signInsPerAccountAndMinute, minuteMs)
    },
    async failed(attempt) {
      const key = triesKey(attempt)
      const counted = await scratch.count(`failed:${key}`, failuresForgottenMs).catch(away)
      if (!counted || counted.count <= freeFailures) return
      const waitMs = Math.min(longestWaitMs, 1_000 * 2 ** (counted.count - freeFailures - 1))
      await scratch.put(`wait:${key}`, String(Date.now() + waitMs), waitMs).catch(away)
    },
    async letter(address, email) {
      await take(`letters-from:${address}`, limits.signInsPerMinute, minuteMs)
      await take(`letters:${hashed(email)}`, lettersPerHour, hourMs)
    },
    visit: (address) => take(`visit:${address}`, limits.requestsPerMinute, minuteMs),
    ticket: (user) => take(`tickets:${user}`, limits.ticketsPerMinute, minuteMs),
    search: (user) => take(`searches:${user}`, limits.searchesPerMinute, minuteMs),
    report: (user) => take(`reports:${user}`, limits.searchesPerMinute, hourMs),
    rename: (user) => take(`names:${user}`, namesPerHour, hourMs),
    request: (user) => take(`user:${user}`, limits.requestsPerMinute, minuteMs),
  }
}

/** Whoever guesses waits, and nobody else: it is counted by where the tries come from. */
function triesKey({ address, email, device }: Try): string {
  return `${device ?? address}:${hashed(email)}`
}

/** An email address as a key of bounded length, which the counter's store does not have to know. */
function hashed(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('base64url').slice(0, 22)
}

function tooOften(retryAfterMs: number): Refusal {
  const seconds = Math.ceil(retryAfterMs / 1_000)
  return new Refusal('rate.limited', `That was too often. Try again in ${seconds} s.`, { retryAfterMs })
}
