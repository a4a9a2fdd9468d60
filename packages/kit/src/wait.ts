import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from './log.ts'

const firstDelayMs = 100
const longestDelayMs = 2_000

/**
 * Tries until it works, with a log line each time it does not, so that services may start in any order.
 *
 * @param name what is waited for, as the log should call it
 * @param passes whether an error will pass by waiting; any other is thrown
 */
export async function waitFor<T>(
  name: string,
  log: Logger,
  attempt: () => Promise<T>,
  passes: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    try {
      return await attempt()
    } catch (error) {
      if (!passes(error)) throw error
      log.warn({ reason: (error as Error).message, retryInMs: delayMs }, `waiting for ${name}`)
      await sleep(delayMs)
    }
  }
}
