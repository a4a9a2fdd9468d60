import { partialKey } from '@parley/protocol'
import type { Scratch } from '@parley/relay'

/** What was told of a reply by now: the transcript of the newest attempt that came to write anything. */
export async function readBegun(scratch: Scratch, message: string, attempts: number): Promise<string> {
  for (let attempt = attempts; attempt > 0; attempt -= 1) {
    const transcript = await scratch.read(partialKey(message, attempt)).catch(() => undefined)
    if (transcript) return transcript
  }
  return ''
}

/** Forgets what was told of a reply on its way, when it has ended: were it begun anew, that would not be its beginning. */
export async function forgetBegun(scratch: Scratch, message: string, attempts: number): Promise<void> {
  const keys = Array.from({ length: attempts }, (_, at) => partialKey(message, at + 1))
  await Promise.all(keys.map((key) => scratch.drop(key).catch(() => {})))
}
