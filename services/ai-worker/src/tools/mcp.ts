import type { JSONSchema7 } from '@ai-sdk/provider'
import { type Logger, type Outbound, SettingError } from '@parley/kit'
import type { Tool } from './tool.ts'

const connectWithinMs = 10_000

/**
 * The tools of MCP servers (Model Context Protocol, over streamable HTTP), each under its server's name. A server that is
 * away at the start is left out, and that is logged: replies are written without it.
 *
 * @param list `name=url`, with commas between
 * @throws SettingError where the list cannot be read
 */
export async function connectServers(
  list: string,
  log: Logger,
  outbound: Outbound,
): Promise<{ tools: Record<string, Tool>; close(): Promise<void> }> {
  const servers = list.split(',').flatMap((item) => (item.trim() === '' ? [] : [readServer(item.trim())]))
  const connected = await Promise.all(servers.map((server) => connect(server, log, outbound)))
  return {
    tools: Object.assign({}, ...connected.map((server) => server?.tools)),
    async close() {
      await Promise.allSettled(connected.map((server) => server?.close()))
    },
  }
}

function readServer(item: string): { name: string; url: string } {
  const [, name, url] = /^(\w{1,30})=(https?:\/\/\S+)$/.exec(item) ?? []
  if (!name || !url) throw new SettingError(`MCP_SERVERS: “${item}” is not like name=https://host/mcp`)
  return { name, url }
}

async function connect({ name, url }: { name: string; url: string }, log: Logger, outbound: Outbound) {
  try {
    const { createMCPClient } = await import('@ai-sdk/mcp')
    const client = await createMCPClient({
      transport: { type: 'http', url, fetch: outbound.fetchFor(url) },
      initializationOptions: { timeout: connectWithinMs },
      onUncaughtError: (error) => log.warn({ server: name, reason: String(error) }, 'an MCP server has a problem'),
    })
    const tools: Record<string, Tool> = {}
    for (const { name: tool, description = '', inputSchema } of (await client.listTools()).tools) {
      tools[`${name}_${tool}`] = {
        description,
        input: inputSchema as JSONSchema7,
        async run(input, signal) {
          const result = await client.callTool({
            name: tool,
            arguments: input as Record<string, unknown>,
            options: { signal },
          })
          const text = textOf(result as never)
          if ('isError' in result && result.isError) throw new Error(text)
          return text
        },
      }
    }
    log.info({ server: name, tools: Object.keys(tools).length }, 'an MCP server is connected')
    return { tools, close: () => client.close() }
  } catch (error) {
    log.warn({ server: name, reason: (error as Error).message }, 'an MCP server is away; replies do without its tools')
    return undefined
  }
}

type Content = { type: string; text?: string }

/** What a tool answered, as text; what is none is told by its kind. */
function textOf(result: { content?: unknown; structuredContent?: unknown }): string {
  const pieces = (Array.isArray(result.content) ? result.content : []) as Content[]
  if (pieces.length === 0) return JSON.stringify(result.structuredContent ?? null)
  return pieces.map(({ type, text }) => text ?? `[${type}]`).join('\n')
}
