import { createHistoryClient } from '@parley/history-client'
import { readList, runService, waitFor } from '@parley/kit'
import { connectJetStream } from '@parley/queue'
import { connectRedis } from '@parley/relay'
import * as Type from 'typebox'
import { chooseModels } from './models/choose.ts'
import { createPace } from './replies/pace.ts'
import { createWorker } from './service.ts'
import { modelSettings, settings } from './settings.ts'
import { createTools } from './tools/tools.ts'

await runService('ai-worker', Type.Object({ ...settings, ...modelSettings }), async (env, log) => {
  const exchange = connectRedis(env.REDIS_URL, log)
  await waitFor('redis', log, exchange.ping)
  const history = createHistoryClient({ url: env.HISTORY_URL, token: env.INTERNAL_TOKEN })
  const queue = await waitFor('nats', log, () => connectJetStream(env.NATS_URL, log, env.NATS_REPLICAS))
  const tools = await createTools({
    servers: env.MCP_SERVERS,
    privateHosts: readList(env.PRIVATE_HOSTS),
    timeoutMs: env.TOOL_TIMEOUT_MS,
    log,
  })
  const pace = createPace()
  const worker = await createWorker({
    history,
    exchange,
    queue,
    log,
    host: env.HOST,
    port: env.PORT,
    models: await chooseModels(env, tools, pace),
    pace,
    concurrentReplies: env.CONCURRENT_REPLIES,
  })
  return {
    async close() {
      await worker.close()
      await tools.close()
      await queue.close()
      await history.close()
      await exchange.close()
    },
  }
})
