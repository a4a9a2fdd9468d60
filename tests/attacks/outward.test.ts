import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTools } from '@parley/ai-worker/model'
import { newId } from '@parley/protocol'
import { createTestLogger } from '@parley/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelsOf, startParley } from '../support/parley.ts'
import { signUp } from '../support/people.ts'
import { providerSettings } from '../support/provider.ts'

/** Something inside that nobody is to reach. */
let secret: Listening
beforeAll(async () => {
  secret = await listen((_request, response) => response.end('{"secret":"heliotrope"}'))
})
afterAll(() => secret.stop())

type Listening = { url: string; asked: string[]; stop(): void }

async function listen(answer: RequestListener): Promise<Listening> {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () => void server.close(),
  }
}

const sendsOn = (): RequestListener => (_request, response) =>
  response.writeHead(307, { location: `${secret.url}/latest/meta-data` }).end()

describe('a model’s provider', () => {
  it('that sends on to somewhere inside is not followed, and the reply has failed', async () => {
    const hostile = await listen(sendsOn())
    const models = await modelsOf({ ...providerSettings, OPENAI_BASE_URL: hostile.url })
    const parley = await startParley({ models })
    const { api, connect } = await signUp(parley.url)
    const conversation = newId()
    await api.createConversation({ id: conversation, assistant: 'always' })
    const { connection, opened, follow, close } = connect()
    await opened()
    const { until } = follow(conversation)
    await connection.request({ type: 'send', id: newId(), conversation, content: 'Tell me a secret' })
    const state = await until(
      'the failure',
      ({ messages }) => messages.some(({ reply }) => reply?.status === 'failed'),
      60_000,
    )
    expect(JSON.stringify(state)).not.toContain('heliotrope')
    expect(hostile.asked.length).toBeGreaterThan(0)
    expect(secret.asked).toEqual([])
    close()
    await parley.stop()
    hostile.stop()
  })

  it.each(['http://169.254.169.254/v1', 'http://[::ffff:a9fe:a9fe]/v1', 'http://2852039166/v1'])(
    'is not at %s: Parley does not start',
    async (url) => {
      await expect(modelsOf({ ...providerSettings, OPENAI_BASE_URL: url })).rejects.toThrow('OPENAI_BASE_URL')
    },
  )
})

describe('a server of tools', () => {
  it('that sends on to somewhere inside is left out', async () => {
    const hostile = await listen(sendsOn())
    const log = createTestLogger()
    const tools = await createTools({ servers: `evil=${hostile.url}/mcp`, timeoutMs: 1_000, log })
    expect(Object.keys(tools.all).some((name) => name.startsWith('evil'))).toBe(false)
    expect(hostile.asked.length).toBeGreaterThan(0)
    expect(secret.asked).toEqual([])
    await tools.close()
    hostile.stop()
  })
})

describe('a provider of identities', () => {
  it.each([
    ['sends on', () => sendsOn()],
    [
      'says that it is somebody else',
      (): RequestListener => (_request, response) =>
        response.setHeader('content-type', 'application/json').end(
          JSON.stringify({
            issuer: secret.url,
            authorization_endpoint: `${secret.url}/authorize`,
            token_endpoint: `${secret.url}/token`,
            jwks_uri: `${secret.url}/keys`,
          }),
        ),
    ],
  ])('that %s is not followed', async (_name, answer) => {
    const hostile = await listen(answer())
    const parley = await startParley({
      identity: {
        publicUrl: 'http://chat.example.org',
        mail: { url: undefined, from: 'Parley' },
        requireVerifiedEmail: false,
        leakedPasswordsUrl: undefined,
        privateHosts: [],
        provider: { name: 'Evil', issuer: hostile.url, clientId: 'parley', clientSecret: 'secret' },
      },
    })
    const response = await fetch(`${parley.url}/api/v1/sessions/provider`, { method: 'POST' })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'unavailable' })
    expect(hostile.asked.length).toBeGreaterThan(0)
    expect(secret.asked).toEqual([])
    await parley.stop()
    hostile.stop()
  })
})
