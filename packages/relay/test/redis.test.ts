import { createRecorder, createTestLogger, eventually, ifDocker } from '@parley/testing'
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectRedis } from '../src/index.ts'
import { describeExchange } from './contract.ts'

ifDocker('Redis', () => {
  let redis: StartedTestContainer
  const url = () => `redis://${redis.getHost()}:${redis.getMappedPort(6379)}`
  beforeAll(async () => {
    redis = await new GenericContainer('redis:8')
      .withExposedPorts(6379)
      .withWaitStrategy(Wait.forListeningPorts())
      .start()
  })
  afterAll(() => redis.stop())

  describeExchange('over Redis', async () => connectRedis(url(), createTestLogger()))

  it('comes back by itself with its subscriptions, and says so', async () => {
    const exchange = connectRedis(url(), createTestLogger())
    const other = connectRedis(url(), createTestLogger())
    const frames = createRecorder<string>()
    const healed = createRecorder<string>()
    await exchange.relay.subscribe('steady', (frame) => frames.push(frame.toString()))
    exchange.relay.onHealed(() => healed.push('healed'))
    await redis.exec(['redis-cli', 'client', 'kill', 'type', 'pubsub'])
    await healed.until('the news', (news) => news === 'healed')
    await eventually('a frame', () => {
      other.relay.publish('steady', 'after')
      return frames.items.includes('after')
    })
    await exchange.close()
    await other.close()
  })

  it('refuses with `unavailable` while Redis is away', async () => {
    const exchange = connectRedis('redis://127.0.0.1:1', createTestLogger())
    await expect(exchange.scratch.read('x')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(exchange.ping()).rejects.toMatchObject({ code: 'unavailable' })
    exchange.relay.publish('x', 'lost, but not thrown')
    await exchange.close()
  })
})

/** Ports that the nodes of a cluster have inside and outside of their container: they tell clients of each other. */
const ports = [27_101, 27_102, 27_103, 27_104, 27_105, 27_106]
const startNodes = ports.map(
  (port) =>
    `redis-server --port ${port} --protected-mode no --cluster-enabled yes --cluster-config-file /tmp/${port}.conf --cluster-node-timeout 1000 --cluster-announce-ip 127.0.0.1 --save '' --daemonize yes`,
)
const joinNodes = `redis-cli --cluster create ${ports.map((port) => `127.0.0.1:${port}`).join(' ')} --cluster-replicas 1 --cluster-yes`

ifDocker('Redis Cluster', () => {
  let cluster: StartedTestContainer
  const url = ports.map((port) => `redis://127.0.0.1:${port}`).join(',')
  beforeAll(async () => {
    cluster = await new GenericContainer('redis:8')
      .withCommand(['sh', '-c', [...startNodes, 'sleep 1', joinNodes, 'sleep infinity'].join('; ')])
      .withExposedPorts(...ports.map((port) => ({ container: port, host: port })))
      .withWaitStrategy(Wait.forLogMessage(/All 16384 slots covered/))
      .start()
    await eventually('the cluster', async () => {
      const { output } = await cluster.exec(['redis-cli', '-p', String(ports[0]), 'cluster', 'info'])
      return output.includes('cluster_state:ok')
    })
  })
  afterAll(() => cluster.stop())

  const run = async (...command: string[]) => (await cluster.exec(command)).output
  const ask = (...command: string[]) => run('redis-cli', '-p', String(ports[1]), ...command)

  /** The port of the node that serves a topic. */
  async function masterOf(topic: string): Promise<number> {
    const slot = Number(await ask('cluster', 'keyslot', topic))
    const served: [number, number, [string, number]][] = JSON.parse(await ask('--json', 'cluster', 'slots'))
    return served.find(([first, last]) => first <= slot && slot <= last)![2][1]
  }

  describeExchange('over a Redis Cluster', async () => connectRedis(url, createTestLogger()))

  it('hears each topic within seconds, however often the nodes of its shard hang', async () => {
    const [exchange, other] = [connectRedis(url, createTestLogger()), connectRedis(url, createTestLogger())]
    const frames = createRecorder<string>()
    const topics: string[] = []
    for (const port of ports) {
      // Only a replica that has its master's data takes over.
      await eventually(`${port} in step`, async () => {
        const told = await run('redis-cli', '-p', String(port), 'info', 'replication')
        return /role:master|master_link_status:up/.test(told)
      })
    }
    for (let round = 0; round < 4; round += 1) {
      const made = Array.from({ length: 12 }, (_, at) => `round-${round}-${at}`)
      // The one of the first topic's shard hangs, another takes over, and it comes back as that one's replica.
      const port = await masterOf(made[0]!)
      if (port !== ports[1]) {
        const pid = /process_id:(\d+)/.exec(await run('redis-cli', '-p', String(port), 'info', 'server'))![1]!
        await run('sh', '-c', `kill -STOP ${pid}`)
        const asked = made.map((topic) => exchange.relay.subscribe(topic, (frame) => frames.push(`${topic} ${frame}`)))
        await eventually('another one', async () => (await masterOf(made[0]!)) !== port)
        await run('sh', '-c', `kill -CONT ${pid}`)
        await Promise.all(asked)
        topics.push(...made)
      }
      for (const topic of topics) {
        await eventually(`a frame of ${topic} in round ${round}`, () => {
          other.relay.publish(topic, `${round}`)
          return frames.items.includes(`${topic} ${round}`)
        })
      }
    }
    expect(topics.length).toBeGreaterThan(0)
    await exchange.close()
    await other.close()
  })

  it('goes on when a shard’s node is lost, with its subscriptions, and says so', async () => {
    const [exchange, other] = [connectRedis(url, createTestLogger()), connectRedis(url, createTestLogger())]
    await eventually('both', () =>
      Promise.all([exchange.ping(), other.ping()]).then(
        () => true,
        () => false,
      ),
    )
    // So many that each shard has some.
    const topics = Array.from({ length: 24 }, (_, at) => `steady-${at}`)
    const frames = createRecorder<string>()
    await Promise.all(
      topics.map((topic) => exchange.relay.subscribe(topic, (frame) => frames.push(`${topic} ${frame}`))),
    )
    const healed = createRecorder<string>()
    exchange.relay.onHealed(() => healed.push('healed'))
    await run('redis-cli', '-p', String(await masterOf(topics[0]!)), 'shutdown', 'nosave')
    await healed.until('the news', () => true, 20_000)
    for (const topic of topics) {
      await eventually(`a frame of ${topic}`, () => {
        other.relay.publish(topic, 'after')
        return frames.items.includes(`${topic} after`)
      })
      await other.scratch.put(topic, 'kept', 60_000)
      expect(await exchange.scratch.read(topic)).toBe('kept')
    }
    await exchange.close()
    await other.close()
  })
})
