import type { Logger } from '@parley/kit'
import type { Tool, ToolSet } from 'ai'
import { calculator } from './calculator.ts'
import { currentTime } from './current-time.ts'
import { guard } from './guard.ts'
import { connectServers } from './mcp.ts'

export type Tools = {
  /** By name, as a model calls them. */
  all: ToolSet
  /** Calls one by name, as a model would. */
  run(name: string, input: object, signal: AbortSignal): Promise<{ output: string; failed: boolean }>
  close(): Promise<void>
}

type Options = {
  /** `name=url` of MCP servers, with commas between. */
  servers: string
  /** How long a tool may take. */
  timeoutMs: number
  log: Logger
}

/**
 * The tools that replies may call: those built in, and those of the MCP servers that the operator names. Each is given a
 * bounded time, and what goes wrong with it is told to the model, which goes on without.
 */
export async function createTools({ servers, timeoutMs, log }: Options): Promise<Tools> {
  const remote = await connectServers(servers, log)
  const bare: ToolSet = { calculator, current_time: currentTime, ...remote.tools }
  const all = Object.fromEntries(
    Object.entries(bare).map(([name, tool]) => [name, guard(name, tool as Tool, timeoutMs)]),
  )
  return {
    all,
    async run(name, input, signal) {
      try {
        const output = await all[name]?.execute?.(input, {
          toolCallId: name,
          messages: [],
          abortSignal: signal,
        } as never)
        return { output: String(output), failed: false }
      } catch (error) {
        return { output: (error as Error).message, failed: true }
      }
    },
    close: remote.close,
  }
}
