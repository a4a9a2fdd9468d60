import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createPace } from '../replies/pace.ts'
import { createPacedFetch } from './paced-fetch.ts'

const pacedFetch = createPacedFetch(createPace())
const server = createServer()
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** Asks a server, and gives the test its end of the answer. */
async function ask(signal?: AbortSignal) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const answer = pacedFetch(url, { method: 'POST', body: '{}', ...(signal && { signal }) })
  const [, response] = await asked
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
  return { response, reader: (await answer).body!.pipeThrough(new TextDecoderStream()).getReader() }
}

describe('the paced fetch', () => {
  it.each(['\n\n', '\r\n\r\n'])('tells an event while the next is on its way, whose lines end with %j', async (end) => {
    const { response, reader } = await ask()
    response.write(`data: one${end}data: tw`)
    expect(await reader.read()).toEqual({ done: false, value: `data: one${end}` })
    response.end(`o${end}`)
    expect(await reader.read()).toEqual({ done: false, value: `data: two${end}` })
    expect((await reader.read()).done).toBe(true)
  })

  it('ends the request when nobody wants its answer any more', async () => {
    const control = new AbortController()
    const { response, reader } = await ask(control.signal)
    const closed = once(response, 'close')
    response.write('data: one\n\n')
    await reader.read()
    control.abort()
    await closed
    await expect(reader.read()).rejects.toThrow()
  })

  it('rejects where nobody answers, and where the connection breaks', async () => {
    await expect(pacedFetch('http://127.0.0.1:9/', { method: 'POST', body: '{}' })).rejects.toThrow()
    const { response, reader } = await ask()
    response.write('data: one\n\n')
    await reader.read()
    response.destroy()
    await expect(reader.read()).rejects.toThrow()
  })
})
