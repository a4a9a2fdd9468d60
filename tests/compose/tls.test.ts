import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as openTls } from 'node:tls'
import { newId } from '@parley/protocol'
import { createRecorder, ifDocker } from '@parley/testing'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { composeOf } from '../support/compose.ts'

const [port, tlsPort] = [18_081, 18_443]
const files = ['-f', 'deploy/compose/compose.yaml', '-f', 'deploy/compose/tls.yaml']

ifDocker('Compose with deploy/compose/tls.yaml', () => {
  let folder: string
  let ca: string
  let compose: ReturnType<typeof composeOf>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-tls-'))
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    })
    ca = cert
    await writeFile(join(folder, 'certificate.pem'), cert)
    await writeFile(join(folder, 'key.pem'), key)
    await chmod(folder, 0o755) // nginx reads it as its own user
    const ports = { PORT: String(port), TLS_PORT: String(tlsPort) }
    compose = composeOf({ COMPOSE_PROJECT_NAME: 'parley-tls', TLS_FOLDER: folder, ...ports })
    await compose(...files, 'up', '--wait')
  }, 300_000)
  afterAll(async () => {
    await compose(...files, 'down', '--volumes', '--timeout', '5')
    await rm(folder, { recursive: true, force: true })
  }, 120_000)

  function ask(method: string, path: string, { headers = {}, body = '' } = {}) {
    return new Promise<{ response: IncomingMessage; text: string }>((resolve, reject) => {
      const options = {
        host: 'localhost',
        port: tlsPort,
        method,
        path,
        ca,
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      }
      const asking = request(options, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve({ response, text }))
      })
      asking.on('error', reject)
      asking.end(body)
    })
  }

  it('serves the page over HTTPS, to be asked for by nothing else for a year', async () => {
    const { response, text } = await ask('GET', '/')
    expect(response.statusCode).toBe(200)
    expect(text).toContain('<div id="root">')
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000')
    const plain = await fetch(`http://localhost:${port}/c/1?at=2`, { redirect: 'manual' })
    expect(plain.status).toBe(308)
    expect(plain.headers.get('location')).toBe('https://localhost/c/1?at=2')
  })

  it('takes no TLS older than 1.2', async () => {
    const tried = new Promise((resolve) => {
      const socket = openTls({
        host: 'localhost',
        port: tlsPort,
        ca,
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      })
      socket.on('secureConnect', () => resolve('connected'))
      socket.on('error', () => resolve('refused'))
    })
    expect(await tried).toBe('refused')
  })

  it('keeps the session in a cookie of this very host, and opens sockets', async () => {
    const email = `${newId()}@example.org`
    const made = await ask('POST', '/api/v1/accounts', {
      body: JSON.stringify({ email, name: 'Ada', password: 'correct horse battery' }),
    })
    expect(made.response.statusCode, made.text).toBe(201)
    const session = made.response.headers['set-cookie']!.find((cookie) => cookie.includes('parley_session'))!
    expect(session).toMatch(/^__Host-parley_session=/)
    expect(session).toMatch(/; Path=\/;/)
    expect(session).toMatch(/; Secure/)
    expect(session).not.toMatch(/Domain/i)
    const refreshed = await ask('POST', '/api/v1/sessions/refresh', { headers: { cookie: session.split(';')[0]! } })
    expect(refreshed.response.statusCode, refreshed.text).toBe(200)
    const { accessToken } = JSON.parse(refreshed.text) as { accessToken: string }
    const ticket = await ask('POST', '/api/v1/tickets', { headers: { authorization: `Bearer ${accessToken}` } })
    const frames = createRecorder<{ type: string }>()
    const socket = new WebSocket(`wss://localhost:${tlsPort}/ws?ticket=${JSON.parse(ticket.text).ticket}`, { ca })
    socket.on('message', (data) => frames.push(JSON.parse(String(data))))
    await frames.until('the welcome', ({ type }) => type === 'welcome')
    socket.close()
  })
})
