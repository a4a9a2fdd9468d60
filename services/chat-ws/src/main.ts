import { createHistoryClient } from '@parley/history-client'
import { nameOfWorker, runService, supervises, superviseWorkers, waitFor } from '@parley/kit'
import { connectRedis } from '@parley/relay'
import * as Type from 'typebox'
import { createChat } from './service.ts'
import { settings } from './settings.ts'

await runService('chat-ws', Type.Object(settings), async (env, log) => {
  if (supervises(env.WORKERS)) return superviseWorkers(env.WORKERS, log)
  const exchange = connectRedis(env.REDIS_URL, log)
  await waitFor('redis', log, exchange.ping)
  const history = createHistoryClient({ url: env.HISTORY_URL, token: env.INTERNAL_TOKEN })
  const chat = await createChat({
    history,
    exchange,
    log,
    host: env.HOST,
    port: env.PORT,
    node: nameOfWorker(env.NODE_NAME),
    commandsPerSecond: env.COMMANDS_PER_SECOND,
    sendsPerMinute: env.SENDS_PER_MINUTE,
    maxSockets: env.MAX_SOCKETS,
    maxSocketsPerUser: env.MAX_SOCKETS_PER_USER,
    maxSocketsPerAddress: env.MAX_SOCKETS_PER_ADDRESS,
    allowedOrigins: env.ALLOWED_ORIGINS.split(',').filter(Boolean),
  })
  return {
    async close() {
      await chat.close()
      await history.close()
      await exchange.close()
    },
  }
})
