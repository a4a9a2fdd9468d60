import { setTimeout as sleep } from 'node:timers/promises'

const everyMs = 20

/** Asks until the answer is there: for state that tells nobody when it changes. Rejects after `withinMs`. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 10_000,
): Promise<T> {
  const until = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > until) throw new Error(`waited ${withinMs} ms for ${what}`)
    await sleep(everyMs)
  }
}
