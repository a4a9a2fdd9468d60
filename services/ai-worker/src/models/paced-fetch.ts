import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { mergeWords } from './merge-words.ts'

const eventEnd = '\n\n'

const agents = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
}

/**
 * A `fetch` for answers that come word by word. Between two readings it leaves the connection alone for a while, so that
 * the words that came meanwhile are taken together: a word a reading costs several times as much, and nobody is told of
 * them one by one anyway. The first ones are taken at once.
 *
 * @param gatherMs how long it waits before it reads again; asked each time
 */
export function createPacedFetch(gatherMs: () => number): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const { protocol } = new URL(request.url)
    const ask = protocol === 'https:' ? https.request : http.request
    const { method, signal } = request
    const asked = ask(request.url, {
      method,
      headers: Object.fromEntries(request.headers),
      agent: agents[protocol as keyof typeof agents],
      signal,
    })
    asked.end(Buffer.from(await request.arrayBuffer()))
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    const headers = Object.entries(response.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each): [string, string] => [name, each]),
    )
    return new Response(gathered(response, gatherMs), { status: response.statusCode!, headers })
  }
}

/** What comes, as one piece a reading; of an event stream the events that are whole by then. */
function gathered(response: IncomingMessage, gatherMs: () => number): ReadableStream<Uint8Array> {
  const isEvents = response.headers['content-type']?.startsWith('text/event-stream') ?? false
  let pieces: Buffer[] = []
  let rest = Buffer.alloc(0)
  let timer: NodeJS.Timeout | undefined
  return new ReadableStream({
    start(controller) {
      const take = () => {
        const all = Buffer.concat([rest, ...pieces])
        pieces = []
        const end = isEvents ? wholeEvents(all) : all.length
        rest = all.subarray(end)
        if (end === 0) return
        const whole = all.subarray(0, end)
        controller.enqueue(isEvents ? Buffer.from(mergeWords(whole.toString())) : whole)
      }
      response.on('data', (piece: Buffer) => {
        if (pieces.push(piece) > 1) return
        // All that is there by now comes in this turn of the loop.
        setImmediate(() => {
          response.pause()
          take()
          timer = setTimeout(() => response.resume(), gatherMs())
        })
      })
      response.on('end', () => {
        take()
        if (rest.length > 0) controller.enqueue(rest)
        controller.close()
      })
      response.on('error', (error) => controller.error(error))
    },
    cancel() {
      clearTimeout(timer)
      response.destroy()
    },
  })
}

/** How many of the bytes are whole events. */
function wholeEvents(bytes: Buffer): number {
  const last = bytes.lastIndexOf(eventEnd)
  return last === -1 ? 0 : last + eventEnd.length
}
