import { createServer, type ServerResponse } from 'node:http'

// A process of its own: a provider that speaks OpenAI's dialect and writes at a pace. A prompt says what it wants:
// `say NAME in 500 words at 50 per second`. Where the prompt ends with the beginning of the answer, it goes on from there.
// `GET /report` tells what happened since the last time.

export type Told = {
  name: string
  /** When the first word of this request was sent, by the system's clock in milliseconds. */
  firstSentAt: number
  /** Whether the whole answer was sent; else the worker closed the request before. */
  finished: boolean
  closedAt: number | undefined
}

const wanted = /say (\S+) in (\d+) words at (\d+) per second/
/** How often the provider looks which words are due. */
const stepMs = 10
const now = () => performance.timeOrigin + performance.now()

/** The words that the provider says under a name, each with its blank. */
export function wordsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${name}:${at} `)
}

type Message = { role: string; content: string }

function serve(): void {
  let told: Told[] = []
  const server = createServer(async (request, response) => {
    if (request.url === '/report') {
      response.end(JSON.stringify(told))
      told = []
      return
    }
    let body = ''
    for await (const piece of request) body += piece
    const messages = (JSON.parse(body) as { messages: Message[] }).messages
    const prompt = messages.findLast(({ role, content }) => role === 'user' && wanted.test(content))?.content ?? ''
    const [, name = 'title', count = '3', pace = '1000'] = wanted.exec(prompt) ?? []
    const last = messages.at(-1)
    const begun = last?.role === 'assistant' ? last.content : ''
    const entry: Told = { name, firstSentAt: 0, finished: false, closedAt: undefined }
    told.push(entry)
    const words = wordsOf(name, Number(count))
    let from = 0
    for (let said = 0; said < begun.length; from += 1) said += words[from]?.length ?? Number.POSITIVE_INFINITY
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.on('close', () => {
      entry.closedAt = now()
    })
    write(response, words.slice(from), Number(pace), entry)
  })

  // One timer for all: what the provider itself costs is missing to those it is there to try.
  const writing = new Set<() => boolean>()
  setInterval(() => {
    for (const step of writing) if (!step()) writing.delete(step)
  }, stepMs)

  function write(response: ServerResponse, words: string[], pace: number, entry: Told): void {
    const startedAt = performance.now()
    let at = 0
    const step = () => {
      if (response.destroyed) return false
      let piece = ''
      while (at < words.length && startedAt + (at * 1000) / pace <= performance.now()) {
        piece += chunk({ content: words[at]! })
        if (at === 0) entry.firstSentAt = now()
        at += 1
      }
      if (piece) response.write(piece)
      if (at < words.length) return true
      entry.finished = true
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`)
      return false
    }
    if (step()) writing.add(step)
  }

  process.on('message', () => process.exit())
  server.listen(0, () => process.send!({ port: (server.address() as { port: number }).port }))
}

function chunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }]
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'paced', choices })}\n\n`
}

if (process.send && process.argv[1] === import.meta.filename) serve()
