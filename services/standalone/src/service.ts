import { randomBytes } from 'node:crypto'
import { createWorker } from '@parley/ai-worker'
import type { Models } from '@parley/ai-worker/model'
import { createChat } from '@parley/chat-ws'
import { createGateway, type GatewayOptions } from '@parley/gateway'
import { createHistory, type HistoryOptions } from '@parley/history'
import { createHistoryClient } from '@parley/history-client'
import type { Logger, Service } from '@parley/kit'
import { createInProcessQueue } from '@parley/queue'
import { createInProcessExchange } from '@parley/relay'
import { serveFront } from './front.ts'

export type StandaloneOptions = {
  databaseUrl: string
  /** Ed25519 private key as PKCS #8 PEM. */
  signingKey: string
  host: string
  port: number
  models: Models
  /** The built page; without one only the interfaces are served. */
  webFolder?: string
  log: Logger
  commandsPerSecond?: number
  sendsPerMinute?: number
  signInsPerMinute?: number
  maxSocketsPerUser?: number
  quota?: HistoryOptions['quota']
  retention?: HistoryOptions['retention']
  moderation?: HistoryOptions['moderation']
  identity?: GatewayOptions['identity']
  tellSetupCode?: GatewayOptions['tellSetupCode']
}

const local = { host: '127.0.0.1', port: 0 }
const unlimited = 1_000_000

/** All four services in one process, on one port, with the relay and the queue within the process. */
export async function createStandalone(options: StandaloneOptions): Promise<Service & { url: string }> {
  const { log, models } = options
  const internalToken = randomBytes(32).toString('base64url')
  const exchange = createInProcessExchange()
  const queue = createInProcessQueue(log)
  const { databaseUrl, quota, retention, moderation, identity, tellSetupCode } = options
  const storage = await createHistory({
    ...local,
    databaseUrl,
    ...(quota && { quota }),
    ...(retention && { retention }),
    ...(moderation && { moderation }),
    exchange,
    queue,
    internalToken,
    log,
  })
  const history = createHistoryClient({ url: storage.url, token: internalToken })
  const chat = await createChat({
    ...local,
    history,
    exchange,
    log,
    node: 'standalone',
    commandsPerSecond: options.commandsPerSecond ?? 50,
    sendsPerMinute: options.sendsPerMinute ?? 600,
    maxSockets: 10_000,
    maxSocketsPerUser: options.maxSocketsPerUser ?? 100,
    maxSocketsPerAddress: 10_000, // the proxy before it is in this process
    allowedOrigins: [],
  })
  const worker = await createWorker({ ...local, history, exchange, queue, log, models, concurrentReplies: 64 })
  const gateway = await createGateway({
    history,
    exchange,
    log,
    host: options.host,
    port: options.port,
    signingKey: options.signingKey,
    secureCookies: false,
    behindProxy: false,
    ...(identity && { identity }),
    ...(tellSetupCode && { tellSetupCode }),
    limits: {
      signUpsPerHour: unlimited,
      signInsPerMinute: options.signInsPerMinute ?? 60,
      requestsPerMinute: 6_000,
      ticketsPerMinute: 300,
      searchesPerMinute: 300,
    },
    also: serveFront({ chatPort: chat.port, webFolder: options.webFolder }),
  })

  return {
    url: gateway.url,
    async close() {
      await Promise.all([chat.close(), worker.close(), gateway.close()])
      await history.close()
      await storage.close()
      await queue.close()
      await exchange.close()
    },
  }
}
