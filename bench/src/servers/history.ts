import { createHistory } from '@parley/history'
import { waitFor } from '@parley/kit'
import { createInProcessQueue } from '@parley/queue'
import { connectRedis } from '@parley/relay'
import { pino } from 'pino'

// History as it runs everywhere, with a port of the system's choice and a queue that nobody reads.

const { REDIS_URL, DATABASE_URL, INTERNAL_TOKEN } = process.env as Record<string, string>
const log = pino({ level: 'warn' }, pino.destination(2))
const exchange = connectRedis(REDIS_URL!, log)
await waitFor('redis', log, exchange.ping)
const history = await createHistory({
  host: '127.0.0.1',
  port: 0,
  databaseUrl: DATABASE_URL!,
  exchange,
  queue: createInProcessQueue(log),
  internalToken: INTERNAL_TOKEN!,
  log,
})
process.send!({ url: history.url })
