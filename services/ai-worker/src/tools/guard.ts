import { limits } from '@parley/protocol'
import type { Tool } from 'ai'

/** The tool with a bounded time and a bounded answer. What it throws is an error in words for the model. */
export function guard(name: string, tool: Tool, timeoutMs: number): Tool {
  const { execute } = tool
  if (!execute) return tool
  return {
    ...tool,
    execute: async (input: never, options: { abortSignal?: AbortSignal }) => {
      const late = AbortSignal.timeout(timeoutMs)
      const abortSignal = options.abortSignal ? AbortSignal.any([options.abortSignal, late]) : late
      try {
        const answer = Promise.resolve(execute(input, { ...options, abortSignal } as never))
        return shorten(await Promise.race([answer, whenAborted(abortSignal)]))
      } catch (error) {
        if (late.aborted) throw new Error(`The tool ${name} did not answer within ${timeoutMs / 1_000} s.`)
        throw new Error(`The tool ${name} failed: ${(error as Error).message}`)
      }
    },
  } as Tool
}

/** A tool may not listen to the signal, and its answer is then not waited for. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new Error('aborted'))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

function shorten(output: unknown): unknown {
  const text = typeof output === 'string' ? output : JSON.stringify(output)
  return text !== undefined && text.length > limits.toolChars ? `${text.slice(0, limits.toolChars)} …` : output
}
