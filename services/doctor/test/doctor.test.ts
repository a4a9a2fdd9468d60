import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHistory } from '@parley/history'
import { createInProcessQueue } from '@parley/queue'
import { createInProcessExchange } from '@parley/relay'
import { createDatabase, createTestLogger, ifDocker } from '@parley/testing'
import pg from 'pg'
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { examine } from '../src/examine.ts'

const signingKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const internalToken = 'a secret of thirty-two characters'

async function startHistory() {
  const log = createTestLogger()
  const { url: databaseUrl, drop } = await createDatabase()
  const [exchange, queue] = [createInProcessExchange(), createInProcessQueue(log)]
  const { url, close } = await createHistory({
    ...{ databaseUrl, exchange, queue, internalToken, log },
    host: '127.0.0.1',
    port: 0,
  })
  async function stop(): Promise<void> {
    await close()
    await queue.close()
    await exchange.close()
    await drop()
  }
  return { databaseUrl, url, stop }
}

/** A port on which nothing listens. */
const nowhere = 9

ifDocker('the doctor', () => {
  let history: Awaited<ReturnType<typeof startHistory>>
  let redis: StartedTestContainer
  let nats: StartedTestContainer
  let plainNats: StartedTestContainer
  let env: Record<string, string>
  const addressOf = (container: StartedTestContainer, port: number) =>
    `${container.getHost()}:${container.getMappedPort(port)}`
  const startNats = (...command: string[]) =>
    new GenericContainer('nats:2')
      .withCommand(command)
      .withExposedPorts(4222)
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
      .start()

  beforeAll(async () => {
    ;[history, redis, nats, plainNats] = await Promise.all([
      startHistory(),
      new GenericContainer('redis:8').withExposedPorts(6379).withWaitStrategy(Wait.forListeningPorts()).start(),
      startNats('-js', '-sd', '/data'),
      startNats('-D'),
    ])
    env = {
      DATABASE_URL: history.databaseUrl,
      REDIS_URL: `redis://${addressOf(redis, 6379)}`,
      NATS_URL: `nats://${addressOf(nats, 4222)}`,
      HISTORY_URL: history.url,
      INTERNAL_TOKEN: internalToken,
      SIGNING_KEY: signingKey,
    }
    // The tests' Postgres is told to be quick rather than safe; this database is not.
    await run(`alter database ${databaseOf(env.DATABASE_URL!)} set synchronous_commit = on`)
  })
  afterAll(() => Promise.all([history?.stop(), redis?.stop(), nats?.stop(), plainNats?.stop()]))

  const databaseOf = (url: string) => new URL(url).pathname.slice(1)
  async function run(statement: string, url = env.DATABASE_URL!): Promise<void> {
    const client = new pg.Client(url)
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  const withPath = (url: string, change: (url: URL) => void) => {
    const changed = new URL(url)
    change(changed)
    return changed.href
  }

  /** What is ill or doubtful, without the tests' own Postgres, which keeps nothing over a power cut. */
  async function complaints(changes: Record<string, string | undefined> = {}, now?: () => number): Promise<string[]> {
    const findings = await examine({ ...env, ...changes } as NodeJS.ProcessEnv, now)
    return findings
      .filter(({ is, found }) => is !== 'well' && !found.startsWith('fsync'))
      .map(({ about, found, mend }) => `${about}: ${found} ${mend}`)
  }

  it('has nothing to say of an installation that is well', async () => {
    expect(await complaints()).toEqual([])
  })

  it.each<[string, Record<string, string | undefined>, RegExp]>([
    ['a secret that is missing', { INTERNAL_TOKEN: undefined }, /INTERNAL_TOKEN is not set/],
    ['a secret that is too short', { INTERNAL_TOKEN: 'short' }, /INTERNAL_TOKEN must .*32/],
    ['a secret that is not history’s', { INTERNAL_TOKEN: 'x'.repeat(40) }, /another INTERNAL_TOKEN/],
    ['a key that is none', { SIGNING_KEY: 'abc' }, /gateway: SIGNING_KEY/],
    ['a number that is none', { MAX_SOCKETS: 'many' }, /chat-ws: MAX_SOCKETS/],
    [
      'a file of a secret that is not there',
      { SIGNING_KEY: undefined, SIGNING_KEY_FILE: '/nowhere' },
      /SIGNING_KEY_FILE: cannot read/,
    ],
    ['letters without an address to lead to', { SMTP_URL: 'smtp://localhost' }, /PUBLIC_URL is not set/],
    [
      'cookies that no browser keeps',
      { PUBLIC_URL: 'http://chat.example.org', SECURE_COOKIES: 'true' },
      /browsers keep no session/,
    ],
    ['a provider without a model', { OPENAI_BASE_URL: 'http://localhost:9/v1' }, /MODEL is not/],
    ['Redis that is away', { REDIS_URL: `redis://127.0.0.1:${nowhere}` }, /Redis: .*ECONNREFUSED.*REDIS_URL/],
    ['NATS that is away', { NATS_URL: `nats://127.0.0.1:${nowhere}` }, /NATS: .*NATS_URL/],
    ['history that is away', { HISTORY_URL: `http://127.0.0.1:${nowhere}` }, /history: .*HISTORY_URL/],
    [
      'Postgres that is away',
      { DATABASE_URL: `postgres://parley@127.0.0.1:${nowhere}/parley` },
      /Postgres: .*ECONNREFUSED.*DATABASE_URL/,
    ],
  ])('names %s, and what mends it', async (_name, changes, words) => {
    expect((await complaints(changes)).join('\n')).toMatch(words)
  })

  it('names a database that does not exist, and one without its schema', async () => {
    const missing = withPath(env.DATABASE_URL!, (url) => {
      url.pathname = '/nothing_here'
    })
    expect((await complaints({ DATABASE_URL: missing })).join()).toMatch(/Create the database/)
    const empty = await createDatabase()
    expect((await complaints({ DATABASE_URL: empty.url })).join()).toMatch(/migrations are missing, from 0001-start/)
    await empty.drop()
  })

  it('names a schema of a newer version', async () => {
    await run(`insert into kysely_migration values ('9999-later', now()::text)`)
    expect((await complaints()).join()).toMatch(/9999-later, which this version does not know/)
    await run(`delete from kysely_migration where name = '9999-later'`)
  })

  it('names a database that may lose what it acknowledged', async () => {
    const name = databaseOf(env.DATABASE_URL!)
    await run(`alter database ${name} set synchronous_commit = off`)
    expect((await complaints()).join()).toMatch(/synchronous_commit is off/)
    await run(`alter database ${name} set synchronous_commit = on`)
  })

  it('names NATS without JetStream', async () => {
    expect((await complaints({ NATS_URL: `nats://${addressOf(plainNats, 4222)}` })).join()).toMatch(/without JetStream/)
  })

  it('names a clock that is off', async () => {
    const found = await complaints({}, () => Date.now() - 60_000)
    expect(found.filter((each) => each.startsWith('clock'))).toHaveLength(2)
  })

  it('names a provider that does not answer', async () => {
    const server = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const others = { PUBLIC_URL: 'http://localhost:8080', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' }
    expect((await complaints({ ...others, OIDC_ISSUER: issuer })).join()).toMatch(/sign-in: .* answers 503/)
    server.close()
    expect((await complaints({ ...others, OIDC_ISSUER: `http://127.0.0.1:${nowhere}` })).join()).toMatch(
      /sign-in: .*OIDC_ISSUER/,
    )
  })
})
