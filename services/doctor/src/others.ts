import { connect } from '@nats-io/transport-node'
import { createHistoryClient } from '@parley/history-client'
import { Refusal } from '@parley/protocol'
import { Redis } from 'ioredis'
import { doubtful, type Finding, ill, well, wordsOf } from './finding.ts'

const withinMs = 3_000
const oldestRedis = 7
const mostSkewMs = 1_000

/** Whether Redis can be reached, is new enough, and goes on when it is full. */
export async function checkRedis(url: string, now: () => number): Promise<Finding[]> {
  const about = 'Redis'
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: withinMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let problem: unknown
  redis.on('error', (error) => {
    problem = error
  })
  try {
    await redis.connect()
    const [info, [seconds, micros]] = await Promise.all([redis.info(), redis.time()])
    const version = Number(/redis_version:(\d+)/.exec(info)?.[1])
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1]
    const isBounded = !/^maxmemory:0\r?$/m.test(info)
    const skewMs = Number(seconds) * 1_000 + Number(micros) / 1_000 - now()
    const findings: Finding[] = []
    if (version < oldestRedis)
      findings.push(ill(about, `It is version ${version}.`, `Parley needs ${oldestRedis} or newer.`))
    if (isBounded && policy === 'noeviction')
      findings.push(
        doubtful(
          about,
          'Its memory is bounded, and it refuses writes when that is full.',
          'Set maxmemory-policy to volatile-ttl: what travels there is a hint.',
        ),
      )
    if (Math.abs(skewMs) > mostSkewMs)
      findings.push(
        ill('clock', `Redis is ${Math.round(skewMs)} ms ahead of this machine.`, 'Let both keep time by NTP.'),
      )
    return findings.length > 0 ? findings : [well(about, `version ${version}`)]
  } catch (error) {
    return [ill(about, wordsOf(problem ?? error), 'Start Redis, or mend REDIS_URL.')]
  } finally {
    redis.disconnect()
  }
}

/** Whether NATS can be reached, and has JetStream. */
export async function checkNats(url: string): Promise<Finding[]> {
  const about = 'NATS'
  try {
    const connection = await connect({ servers: url, timeout: withinMs, reconnect: false })
    const { version, jetstream } = connection.info ?? {}
    await connection.close()
    if (!jetstream)
      return [ill(about, 'It runs without JetStream: prompts would be lost.', 'Start it with -js and a folder (-sd).')]
    return [well(about, `version ${version}, with JetStream`)]
  } catch (error) {
    return [ill(about, wordsOf(error), 'Start NATS, or mend NATS_URL.')]
  }
}

/** Whether history answers, and takes the secret that the services share. */
export async function checkHistory(url: string, token: string): Promise<Finding[]> {
  const about = 'history'
  const history = createHistoryClient({ url, token })
  try {
    await history.ping()
    await history.readModels({})
    return [well(about, 'It answers, and takes the secret of the services.')]
  } catch (error) {
    if (error instanceof Refusal && error.code === 'auth.required')
      return [ill(about, 'It has another INTERNAL_TOKEN.', 'Give all services the same.')]
    return [
      ill(
        about,
        wordsOf((error as Error).cause ?? error),
        'Start history, or mend HISTORY_URL; its log says what it waits for.',
      ),
    ]
  } finally {
    await history.close()
  }
}

/** Whether something outside answers at all, whatever it says. */
export async function checkOutside(about: string, url: string, setting: string): Promise<Finding[]> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(withinMs), redirect: 'manual' })
    if (status >= 500) return [doubtful(about, `${url} answers ${status}.`, `Look whether ${setting} is right.`)]
    return [well(about, `${new URL(url).host} answers`)]
  } catch (error) {
    return [
      ill(
        about,
        `${url}: ${wordsOf((error as Error).cause ?? error)}`,
        `Mend ${setting}, or let this network reach it.`,
      ),
    ]
  }
}
