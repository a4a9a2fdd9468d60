import { connect as openTcp, type Socket } from 'node:net'
import { newId } from '@parley/protocol'
import { createRecorder, ifDocker } from '@parley/testing'
import { describe, expect, inject, it } from 'vitest'
import { WebSocket } from 'ws'
import { addressesOf, containersOf } from '../support/containers.ts'
import { gather, signUp } from '../support/people.ts'

const halfOpenSockets = 10_000
const json = { 'content-type': 'application/json' }

/** What nginx answers to bytes that no client of HTTP would send. */
function rawly(origin: string, bytes: string): Promise<string> {
  const { port } = new URL(origin)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = openTcp(Number(port), '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(3_000, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

ifDocker('nginx before all services', () => {
  const origin = inject('composeOrigin')

  it.each([
    ['as it is', '/internal/findCredentials'],
    ['below ours', '/api/../internal/findCredentials'],
    ['below ours, encoded', '/api/%2e%2e/internal/findCredentials'],
    ['of the counters', '/metrics'],
    ['of the counters, below ours', '/api/../metrics'],
  ])('leads nobody to the services’ own interface: %s', async (_name, path) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`
    const answer = await rawly(origin, head)
    expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d)/)
    expect(answer).not.toMatch(/passwordHash|# HELP|services only/)
  })

  const smuggled = 'GET /internal/ping HTTP/1.1\r\nHost: history:7002\r\n\r\n'
  it.each([
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
    ['a length and chunks', `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['chunks by another name', `Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a header with a line of its own', `X-A: b\r\n\tTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n`],
  ])('takes one request for one: %s', async (_name, rest) => {
    const answer = await rawly(
      origin,
      `POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}`,
    )
    expect(answer.match(/^HTTP\/1\.1 /gm) ?? []).toHaveLength(1)
    expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d|501)/)
  })

  it('lets no page of another site open a socket, whatever it says of the host', async () => {
    const eve = await signUp(origin, 'Eve')
    const refusals = createRecorder<number>()
    for (const headers of [{ 'x-forwarded-host': 'evil.example' }, {}]) {
      const url = `${origin.replace('http', 'ws')}/ws?ticket=${await eve.api.ticket()}`
      const socket = new WebSocket(url, { headers: { origin: 'https://evil.example', ...headers } })
      socket.on('unexpected-response', (_request, { statusCode = 0 }) => refusals.push(statusCode))
      socket.on('open', () => refusals.push(0))
      socket.on('error', () => {})
    }
    await refusals.until('both', () => refusals.items.length === 2)
    expect(refusals.items).toEqual([403, 403])
  })

  it('lets no page of another site change anything, whatever it says of the host', async () => {
    const headers = { ...json, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }
    const answer = await fetch(`${origin}/api/v1/sessions`, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'origin.forbidden' })
  })

  it('refuses three megabytes before any service sees them', async () => {
    const body = JSON.stringify({ name: 'a'.repeat(3 * 1024 ** 2) })
    expect((await fetch(`${origin}/api/v1/accounts`, { method: 'POST', headers: json, body })).status).toBe(413)
  })

  describe('with ten thousand connections that never finish what they ask', () => {
    it('serves others as before', async () => {
      // By the container's own address: what Docker puts before it takes fewer than nginx does.
      const [container] = await containersOf('nginx')
      const host = (await addressesOf(container!)).find(Boolean)!
      const ada = await signUp(`http://${host}:8080`)
      const conversation = await gather([ada])
      const open = (): Promise<Socket> =>
        new Promise((resolve) => {
          const socket = openTcp(8080, host)
          socket.on('error', () => resolve(socket))
          socket.on('connect', () => {
            socket.write('GET /ws?ticket=a HTTP/1.1\r\nHost: localhost\r\nUpgrade: webs')
            resolve(socket)
          })
        })
      const sockets: Socket[] = []
      for (let n = 0; n < halfOpenSockets; n += 500)
        sockets.push(...(await Promise.all(Array.from({ length: 500 }, open))))
      expect(sockets.filter(({ destroyed }) => !destroyed).length).toBeGreaterThan(halfOpenSockets * 0.9)
      const tab = ada.connect()
      await tab.opened()
      const ack = await tab.connection.request({ type: 'send', id: newId(), conversation, content: 'still here' })
      expect(ack.type).toBe('ack')
      tab.close()
      for (const socket of sockets) socket.destroy()
    })
  })
})
