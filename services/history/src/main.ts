import { runService, waitFor } from '@parley/kit'
import { connectJetStream } from '@parley/queue'
import { connectRedis } from '@parley/relay'
import * as Type from 'typebox'
import { createHistory } from './service.ts'
import { readModeration, readQuota, readRetention, settings } from './settings.ts'

await runService('history', Type.Object(settings), async (env, log) => {
  const exchange = connectRedis(env.REDIS_URL, log)
  await waitFor('redis', log, exchange.ping)
  const queue = await waitFor('nats', log, () => connectJetStream(env.NATS_URL, log, env.NATS_REPLICAS))
  const history = await createHistory({
    databaseUrl: env.DATABASE_URL,
    maxConnections: env.DATABASE_CONNECTIONS,
    replicaUrl: env.DATABASE_REPLICA_URL,
    exchange,
    queue,
    quota: readQuota(env),
    retention: readRetention(env),
    moderation: readModeration(env),
    internalToken: env.INTERNAL_TOKEN,
    host: env.HOST,
    port: env.PORT,
    log,
  })
  return {
    async close() {
      await history.close()
      await queue.close()
      await exchange.close()
    },
  }
})
