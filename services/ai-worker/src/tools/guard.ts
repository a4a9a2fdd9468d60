import { limits } from '@parley/protocol'
import type { Tool } from './tool.ts'

/** Runs a tool within a bounded time, and cuts an answer that is too long. Never rejects. */
export async function guard(
  tool: Tool,
  timeoutMs: number,
  input: unknown,
  signal: AbortSignal,
): Promise<{ output: string; failed: boolean }> {
  const late = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, late])
  try {
    const output = await Promise.race([tool.run(input, either), whenAborted(either)])
    const short = output.length > limits.toolChars ? `${output.slice(0, limits.toolChars)} …` : output
    return { output: short, failed: false }
  } catch (error) {
    const output = late.aborted ? `It did not answer within ${timeoutMs / 1_000} s.` : (error as Error).message
    return { output, failed: true }
  }
}

/** A tool may not listen to the signal, and its answer is then not waited for. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new Error('aborted'))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
