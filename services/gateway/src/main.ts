import { createHistoryClient } from '@parley/history-client'
import { runService, waitFor } from '@parley/kit'
import { connectRedis } from '@parley/relay'
import * as Type from 'typebox'
import { createGateway } from './service.ts'
import { readIdentity, settings } from './settings.ts'

await runService('gateway', Type.Object(settings), async (env, log) => {
  const exchange = connectRedis(env.REDIS_URL, log)
  await waitFor('redis', log, exchange.ping)
  const history = createHistoryClient({ url: env.HISTORY_URL, token: env.INTERNAL_TOKEN })
  const gateway = await createGateway({
    history,
    exchange,
    log,
    host: env.HOST,
    port: env.PORT,
    signingKey: env.SIGNING_KEY,
    secureCookies: env.SECURE_COOKIES,
    identity: readIdentity(env),
    tellSetupCode: (code) =>
      log.warn({ code }, 'there is no administrator yet: sign up, and open /setup with this code'),
    behindProxy: true, // reachable through nginx only, which sets the address
    limits: {
      signUpsPerHour: env.SIGN_UPS_PER_HOUR,
      signInsPerMinute: env.SIGN_INS_PER_MINUTE,
      requestsPerMinute: env.REQUESTS_PER_MINUTE,
      ticketsPerMinute: env.TICKETS_PER_MINUTE,
      searchesPerMinute: env.SEARCHES_PER_MINUTE,
    },
  })
  return {
    async close() {
      await gateway.close()
      await history.close()
      await exchange.close()
    },
  }
})
