import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Pace } from '../replies/pace.ts'
import { mergeWords } from './merge-words.ts'

/** Events end with an empty line, and lines as the server likes. */
const eventEnds = ['\n\n', '\r\n\r\n']

// With nothing read ahead, a response that is paused leaves what comes to the kernel, which gathers it for free.
const options = { keepAlive: true, readableHighWaterMark: 1 }

/**
 * A `fetch` for answers that come word by word. What comes between two beats is passed on together, so that all that is
 * done with a word is done once for several: nobody is told of them one by one anyway. The first ones are passed on at
 * once. An answer that sends on to somewhere else is an answer, and is not followed.
 */
export function createPacedFetch(pace: Pace, lookup?: LookupFunction): typeof fetch {
  const found = { ...options, ...(lookup && { lookup }) }
  const agents = { 'http:': new http.Agent(found), 'https:': new https.Agent(found) }
  return async (input, init) => {
    const request = new Request(input, init)
    const { protocol } = new URL(request.url)
    const ask = protocol === 'https:' ? https.request : http.request
    const { method, signal } = request
    const content = Buffer.from(await request.arrayBuffer()) // first: from the asking on, a failure must be heard
    const asked = ask(request.url, {
      method,
      headers: Object.fromEntries(request.headers),
      agent: agents[protocol as keyof typeof agents],
      signal,
    })
    asked.on('error', () => {}) // before the answer it rejects below, after it the response tells
    asked.end(content)
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
  let wanted = true
  let rested = true

  /** Goes on reading when the beat has come and what was read is taken. */
  const resume = () => {
    rested = true
    if (wanted && !over) response.resume()
  }

  return new ReadableStream({
    start(controller) {
      const take = () => {
        due = false
        if (over) return
        rested = false
        wanted = controller.desiredSize! > 0
        response.pause()
        pace.whenGathered(resume)
        const all = Buffer.concat([rest, ...pieces])
        pieces = []
        const end = isEvents ? wholeEvents(all) : all.length
        rest = all.subarray(end)
        if (end === 0) return
        const whole = all.subarray(0, end)
        controller.enqueue(isEvents ? Buffer.from(mergeWords(whole.toString())) : whole)
      }
      response.on('data', (piece: Buffer) => {
        pieces.push(piece)
        if (due) return
        due = true
        setImmediate(take) // with all that is there by now
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
      wanted = true
      if (rested) resume()
    },
    cancel() {
      over = true
      response.destroy()
    },
  })
}

/** How many of the bytes are whole events. */
function wholeEvents(bytes: Buffer): number {
  return Math.max(
    ...eventEnds.map((end) => {
      const last = bytes.lastIndexOf(end)
      return last === -1 ? 0 : last + end.length
    }),
  )
}
