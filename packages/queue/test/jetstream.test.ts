import { createTestLogger, ifDocker } from '@parley/testing'
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, describe } from 'vitest'
import { connectJetStream } from '../src/index.ts'
import { describeLeases, describeQueue } from './contract.ts'

ifDocker('NATS', () => {
  for (const [name, suite] of [
    ['jobs', describeQueue],
    ['leases', describeLeases],
  ] as const) {
    describe(name, () => {
      let nats: StartedTestContainer
      beforeAll(async () => {
        nats = await new GenericContainer('nats:2')
          .withCommand(['-js', '-sd', '/data'])
          .withExposedPorts(4222)
          .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
          .start()
      })
      afterAll(() => nats.stop())
      suite('on JetStream', () =>
        connectJetStream(`nats://${nats.getHost()}:${nats.getMappedPort(4222)}`, createTestLogger()))
    })
  }
})
