import { createChat } from '@parley/chat-ws'
import { createHistoryClient } from '@parley/history-client'
import { waitFor } from '@parley/kit'
import { connectRedis } from '@parley/relay'
import { pino } from 'pino'

// A chat node as it runs everywhere, with a port of the system's choice.

const { REDIS_URL, HISTORY_URL, INTERNAL_TOKEN, NODE_NAME } = process.env as Record<string, string>
const log = pino({ level: 'warn' }, pino.destination(2))
const exchange = connectRedis(REDIS_URL!, log)
await waitFor('redis', log, exchange.ping)
const chat = await createChat({
  history: createHistoryClient({ url: HISTORY_URL!, token: INTERNAL_TOKEN! }),
  exchange,
  log,
  host: '127.0.0.1',
  port: 0,
  node: NODE_NAME!,
  commandsPerSecond: 1_000_000,
  sendsPerMinute: 1_000_000_000,
  maxSockets: 100_000,
  maxSocketsPerUser: 100_000,
  maxSocketsPerAddress: 100_000,
  allowedOrigins: [],
})
process.send!({ port: chat.port })
