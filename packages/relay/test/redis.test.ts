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
