import { setTimeout as pause } from 'node:timers/promises'
import Fastify, { type FastifyReply } from 'fastify'

/** What the provider does, step by step, with one request. */
export type Step =
  | { say: string }
  | { think: string }
  /** Calls a tool. */
  | { call: string; input: object }
  | { waitMs: number }
  /** Ends the answer as a provider does. */
  | { finish: Reason }
  /** Ends the answer without a word. */
  | { end: true }
  /** Breaks the connection. */
  | { cut: true }
  /** Sends this as it is. */
  | { raw: string }
  /** Answers so, instead of a stream. */
  | { status: number; headers?: Record<string, string>; body?: unknown }

type Reason = 'stop' | 'length' | 'content_filter' | 'tool_calls'

export type Dialect = {
  path: string
  begin: string[]
  say(text: string): string
  think(text: string, index: number): string[]
  call(name: string, input: object, index: number): string[]
  finish(reason: Reason): string[]
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const event = (value: { type: string }) => `event: ${value.type}\n${data(value)}`

const chunk = (delta: object, rest: object = {}) =>
  data({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'scripted',
    choices: [{ index: 0, delta, ...rest }],
  })

const pieces = (text: string) => [text.slice(0, 5), text.slice(5)].filter(Boolean)

export const openAi: Dialect = {
  path: '/chat/completions',
  begin: [chunk({ role: 'assistant', content: '' })],
  say: (content) => chunk({ content }),
  think: (text) => [chunk({ reasoning_content: text })],
  call: (name, input, index) => [
    chunk({ tool_calls: [{ index, id: `call-${index}`, type: 'function', function: { name, arguments: '' } }] }),
    ...pieces(JSON.stringify(input)).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ],
  finish: (reason) => [
    chunk({}, { finish_reason: reason }),
    data({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 0,
      model: 'scripted',
      choices: [],
      usage: {
        prompt_tokens: 7,
        completion_tokens: 5,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 3 },
      },
    }),
    'data: [DONE]\n\n',
  ],
}

export const anthropic: Dialect = {
  path: '/messages',
  begin: [
    event({
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'scripted',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 4, cache_read_input_tokens: 3, output_tokens: 1 },
      },
    } as never),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never),
  ],
  say: (text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as never),
  think: (text, index) => [
    event({ type: 'content_block_start', index, content_block: { type: 'thinking', thinking: '' } } as never),
    event({ type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking: text } } as never),
    event({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: 'signed' } } as never),
    event({ type: 'content_block_stop', index } as never),
  ],
  call: (name, input, index) => [
    event({
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id: `call-${index}`, name, input: {} },
    } as never),
    ...pieces(JSON.stringify(input)).map((partial_json) =>
      event({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } } as never),
    ),
    event({ type: 'content_block_stop', index } as never),
  ],
  finish: (reason) => [
    event({ type: 'content_block_stop', index: 0 } as never),
    event({
      type: 'message_delta',
      delta: {
        stop_reason: { stop: 'end_turn', length: 'max_tokens', content_filter: 'refusal', tool_calls: 'tool_use' }[
          reason
        ],
        stop_sequence: null,
      },
      usage: { output_tokens: 5 },
    } as never),
    event({ type: 'message_stop' }),
  ],
}

/** A worker's settings for a model behind a provider that is not patient. */
export const providerSettings = {
  MODEL: 'scripted',
  MODELS: '',
  SMALL_MODEL: '',
  MODEL_CONTEXT_TOKENS: 32_000,
  MODEL_TAKES_PREFIX: false,
  MODEL_FIRST_WORD_MS: 500,
  MODEL_NEXT_WORD_MS: 500,
  OPENAI_BASE_URL: '',
  OPENAI_API_KEY: '',
  ANTHROPIC_BASE_URL: '',
  ANTHROPIC_API_KEY: '',
  MCP_SERVERS: '',
  PRIVATE_HOSTS: '',
  TOOL_TIMEOUT_MS: 500,
  DEMO_WORDS_PER_SECOND: 30,
}

type Asked = { question: string; body: unknown; closed: boolean }

/**
 * A provider that speaks a dialect over real HTTP, and does with each request what a script says. The script is found by
 * the last message that names one, and has one list of steps a request; the last one serves all further requests.
 */
export async function startProvider(dialect: Dialect, scripts: Record<string, Step[][]>) {
  const asked: Asked[] = []
  const app = Fastify({ forceCloseConnections: true })

  app.post(`/v1${dialect.path}`, async (request, reply) => {
    const { messages } = request.body as { messages: { role: string; content: unknown }[] }
    const spoken = messages.map(({ content }) => JSON.stringify(content ?? '')).reverse()
    const names = Object.keys(scripts)
    const question = spoken.flatMap((content) => names.find((name) => content.includes(name)) ?? [])[0] ?? ''
    const times = asked.filter((each) => each.question === question).length
    const entry: Asked = { question, body: request.body, closed: false }
    asked.push(entry)
    reply.raw.once('close', () => {
      entry.closed = true
    })
    const script = scripts[question] ?? []
    await perform(script[times] ?? script.at(-1) ?? [], reply)
  })

  async function perform(steps: Step[], reply: FastifyReply): Promise<void> {
    const [first] = steps
    if (first && 'status' in first) {
      await reply
        .status(first.status)
        .headers(first.headers ?? {})
        .send(first.body ?? { error: { message: 'scripted' } })
      return
    }
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { 'content-type': 'text/event-stream' })
    raw.on('error', () => {})
    for (const text of dialect.begin) raw.write(text)
    for (const [at, step] of steps.entries()) {
      if (raw.destroyed) return
      if ('say' in step) raw.write(dialect.say(step.say))
      else if ('think' in step) for (const text of dialect.think(step.think, at + 1)) raw.write(text)
      else if ('call' in step) for (const text of dialect.call(step.call, step.input, at + 1)) raw.write(text)
      else if ('raw' in step) raw.write(step.raw)
      else if ('waitMs' in step) await pause(step.waitMs)
      else if ('finish' in step) for (const text of dialect.finish(step.finish)) raw.write(text)
      else if ('cut' in step) {
        await pause(20) // so that what was said before is on its way
        raw.destroy()
      }
    }
    raw.end()
  }

  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${origin}/v1`, asked, close: () => app.close() }
}
