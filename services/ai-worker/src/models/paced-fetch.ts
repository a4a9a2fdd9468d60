import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Pace } from '../replies/pace.ts'
import { mergeWords } from './merge-words.ts'

const eventEnd = '\n\n'

const agents = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
}

/**
 * A `fetch` for answers that come word by word. What comes between two beats is passed on together, so that all that is
 * done with a word is done once for several: nobody is told of them one by one anyway. The first ones are passed on at
 * once.
 */
export function createPacedFetch(pace: Pace): typeof fetch {
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
    return new Response(gathered(response, pace), { status: response.statusCode!, headers })
  }
}

/** What comes, as one piece a while; of an event stream the events that are whole by then. */
function gathered(response: IncomingMessage, pace: Pace): ReadableStream<Uint8Array> {
  const isEvents = response.headers['content-type']?.startsWith('text/event-stream') ?? false
  let pieces: Buffer[] = []
  let rest = Buffer.alloc(0)
  let due = false
  let over = false
  let takenAt = Number.NEGATIVE_INFINITY

  return new ReadableStream({
    start(controller) {
      const take = () => {
        due = false
        if (over) return
        takenAt = performance.now()
        const all = Buffer.concat([rest, ...pieces])
        pieces = []
        const end = isEvents ? wholeEvents(all) : all.length
        rest = all.subarray(end)
        if (end === 0) return
        const whole = all.subarray(0, end)
        controller.enqueue(isEvents ? Buffer.from(mergeWords(whole.toString())) : whole)
        if (controller.desiredSize! <= 0) response.pause() // until it is wanted
      }
      response.on('data', (piece: Buffer) => {
        pieces.push(piece)
        if (due) return
        due = true
        if (performance.now() - takenAt > pace.gatherMs()) setImmediate(take)
        else pace.atNextBeat(take)
      })
      response.on('end', () => {
        if (over) return
        take()
        over = true
        if (rest.length > 0) controller.enqueue(rest)
        controller.close()
      })
      response.on('error', (error) => {
        over = true
        controller.error(error)
      })
    },
    pull() {
      response.resume()
    },
    cancel() {
      over = true
      response.destroy()
    },
  })
}

/** How many of the bytes are whole events. */
function wholeEvents(bytes: Buffer): number {
  const last = bytes.lastIndexOf(eventEnd)
  return last === -1 ? 0 : last + eventEnd.length
}
