import { createOutbound, type Logger } from '@parley/kit'
import { calculator } from './calculator.ts'
import { currentTime } from './current-time.ts'
import { guard } from './guard.ts'
import { connectServers } from './mcp.ts'
import type { Tool } from './tool.ts'

export type Tools = {
  /** By name, as a model calls them. */
  all: Record<string, Tool>
  /** Runs one by name. Never rejects: what goes wrong is an answer for the model, too. */
  run(name: string, input: unknown, signal: AbortSignal): Promise<{ output: string; failed: boolean }>
  close(): Promise<void>
}

type Options = {
  /** `name=url` of MCP servers, with commas between. */
  servers: string
  /** Hosts of these servers that are inside the network, though their names look public. */
  privateHosts?: readonly string[]
  /** How long a tool may take. */
  timeoutMs: number
  log: Logger
}

/**
 * The tools that replies may call: those built in, and those of the MCP servers that the operator names. Each is given a
 * bounded time, and what goes wrong with it is told to the model, which goes on without.
 */
export async function createTools({ servers, privateHosts, timeoutMs, log }: Options): Promise<Tools> {
  const remote = await connectServers(servers, log, createOutbound(privateHosts))
  const all: Record<string, Tool> = { calculator, current_time: currentTime, ...remote.tools }
  return {
    all,
    async run(name, input, signal) {
      const tool = Object.hasOwn(all, name) ? all[name] : undefined
      if (!tool) return { output: `There is no tool ${name}.`, failed: true }
      return guard(tool, timeoutMs, input, signal)
    },
    close: remote.close,
  }
}
