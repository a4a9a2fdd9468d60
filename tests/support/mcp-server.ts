import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import Fastify from 'fastify'

/** An MCP server over streamable HTTP, with a tool that answers, one that never does, and one that throws. */
export async function startMcpServer() {
  const app = Fastify({ forceCloseConnections: true })
  const asked: unknown[] = []

  app.post('/mcp', async (request, reply) => {
    const server = new Server({ name: 'library', version: '1' }, { capabilities: { tools: {} } })
    const inputSchema = { type: 'object' as const, properties: { title: { type: 'string' } } }
    server.setRequestHandler(ListToolsRequestSchema, async () => ({
      tools: ['lookup', 'hang', 'break'].map((name) => ({ name, description: `${name}s`, inputSchema })),
    }))
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      asked.push(params)
      if (params.name === 'hang') await new Promise(() => {})
      if (params.name === 'break') throw new Error('The shelf fell over.')
      return { content: [{ type: 'text', text: `“${params.arguments?.title}” stands on shelf 7.` }] }
    })
    const transport = new StreamableHTTPServerTransport({})
    reply.hijack()
    reply.raw.on('close', () => void transport.close())
    await server.connect(transport as never)
    await transport.handleRequest(request.raw, reply.raw, request.body)
  })
  app.get('/mcp', async (_request, reply) => reply.status(405).send())

  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${origin}/mcp`, asked, close: () => app.close() }
}
