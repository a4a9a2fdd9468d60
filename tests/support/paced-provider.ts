import { App, type HttpResponse, us_socket_local_port } from 'uWebSockets.js'

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
  // One timer for all: what the provider itself costs is missing to those it is there to try.
  const writing = new Set<() => boolean>()
  setInterval(() => {
    for (const step of writing) if (!step()) writing.delete(step)
  }, stepMs)

  const app = App()
  app.get('/report', (response) => {
    response.end(JSON.stringify(told))
    told = []
  })
  app.post('/*', (response) => {
    const pieces: Buffer[] = []
    const entry: Told = { name: '', firstSentAt: 0, finished: false, closedAt: undefined }
    response.onAborted(() => {
      entry.closedAt = now()
    })
    response.onData((piece, isLast) => {
      pieces.push(Buffer.from(new Uint8Array(piece))) // a copy: the bytes are lent
      if (isLast && entry.closedAt === undefined) answer(response, Buffer.concat(pieces).toString(), entry)
    })
  })

  function answer(response: HttpResponse, body: string, entry: Told): void {
    const messages = (JSON.parse(body) as { messages: Message[] }).messages
    const prompt = messages.findLast(({ role, content }) => role === 'user' && wanted.test(content))?.content ?? ''
    const [, name = 'title', count = '3', pace = '1000'] = wanted.exec(prompt) ?? []
    const last = messages.at(-1)
    const begun = last?.role === 'assistant' ? last.content : ''
    entry.name = name
    told.push(entry)
    const words = wordsOf(name, Number(count))
    let from = 0
    for (let said = 0; said < begun.length; from += 1) said += words[from]?.length ?? Number.POSITIVE_INFINITY
    write(response, words.slice(from), Number(pace), entry)
  }

  function write(response: HttpResponse, words: string[], pace: number, entry: Told): void {
    const startedAt = performance.now()
    let at = 0
    const step = () => {
      if (entry.closedAt !== undefined) return false
      let piece = ''
      while (at < words.length && startedAt + (at * 1000) / pace <= performance.now()) {
        piece += chunk({ content: words[at]! })
        at += 1
      }
      if (piece === '' && at < words.length) return true
      entry.firstSentAt ||= now()
      response.cork(() => {
        if (at === words.length) response.end(`${piece}${chunk({}, 'stop')}data: [DONE]\n\n`)
        else response.write(piece)
      })
      if (at < words.length) return true
      entry.finished = true
      entry.closedAt = now()
      return false
    }
    response.cork(() => {
      response.writeHeader('content-type', 'text/event-stream')
    })
    if (step()) writing.add(step)
  }

  process.on('disconnect', () => process.exit())
  app.listen(0, (socket) => {
    process.send!({ port: us_socket_local_port(socket) })
  })
}

function chunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }]
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'paced', choices })}\n\n`
}

if (process.send && process.argv[1] === import.meta.filename) serve()
