import uWS from 'uWebSockets.js'
import type { History } from '@parley/history-client'
import { createMetrics, type Logger, type Service } from '@parley/kit'
import { closeCodes } from '@parley/protocol'
import type { Exchange } from '@parley/relay'
import { createHeadChecks } from './conversations/heads.ts'
import { createFollowing } from './conversations/open.ts'
import { createRooms } from './conversations/rooms.ts'
import type { Deps } from './deps.ts'
import { createFigures } from './figures.ts'
import { createMessageCommands } from './messages/commands.ts'
import { createOutbox } from './messages/outbox.ts'
import { createSendRates } from './messages/send-rates.ts'
import { createPresence } from './presence/presence.ts'
import { createAddresses } from './sockets/addresses.ts'
import { createAdmission } from './sockets/admission.ts'
import { createOrders } from './sockets/orders.ts'
import { serveProbes } from './sockets/probes.ts'
import { createReceive } from './sockets/receive.ts'
import { end } from './sockets/send.ts'
import { watchSlowReaders } from './sockets/slow-readers.ts'
import { createSockets, type SocketState } from './sockets/sockets.ts'
import { createUpgrade } from './sockets/upgrade.ts'
import { createTopics } from './topics/topics.ts'

export type ChatOptions = {
  history: History
  exchange: Exchange
  log: Logger
  host: string
  port: number
  /** Name of this node, unlike any other's. */
  node: string
  commandsPerSecond: number
  /** Messages that one user may send in a minute, on all nodes together. */
  sendsPerMinute: number
  /** Sockets that the node takes, of all, of one user and of one address; further ones are told to come again. */
  maxSockets: number
  maxSocketsPerUser: number
  maxSocketsPerAddress: number
  allowedOrigins: string[]
}

/** Frames above this close the socket; between `limits.frameBytes` and this they are refused. */
const maxPayloadLength = 1024 * 1024
/** What a socket may leave unread at the very most: frames of one turn may come together before its turn to be looked at. */
const maxBackpressure = 1024 * 1024
const idleTimeoutSeconds = 60
/** Time for the last answers to reach the clients of a node that stops. */
const drainMs = 1_000

/** A chat node: sockets, what they follow, and the frames that pass between them and the rest. */
export async function createChat(options: ChatOptions): Promise<Service & { port: number }> {
  const { history, exchange, log, node } = options
  const app = uWS.App()
  const metrics = createMetrics()
  let draining = false
  const isDraining = () => draining
  let opened = 0
  const isFull = () => opened >= options.maxSockets

  const sockets = createSockets()
  const addresses = createAddresses(options.maxSocketsPerAddress)
  const figures = createFigures(metrics)
  const topics = createTopics(app, exchange.relay, figures.relayed)
  const presence = createPresence(node, exchange, log)
  const rooms = createRooms({ history, scratch: exchange.scratch, topics, presence, figures })
  const outbox = createOutbox(history, figures.appended)
  const sendRates = createSendRates({ scratch: exchange.scratch, log }, options.sendsPerMinute)
  const deps: Deps = { history, exchange, log, sockets, topics, presence, rooms, outbox, sendRates, figures }
  const following = createFollowing(deps)
  const admission = createAdmission(node, deps, createOrders(deps, following), options.maxSocketsPerUser)
  const heads = createHeadChecks(app, deps)
  const slowReaders = watchSlowReaders(deps)
  const { open, close } = following
  const { commandsPerSecond } = options
  const receive = createReceive(
    { open, close, ...createMessageCommands(deps) },
    { figures, commandsPerSecond, isDraining },
  )
  metrics.gauge('parley_sockets', 'Sockets that are open.', () => sockets.size)
  metrics.gauge('parley_sockets_limit', 'Sockets that the node takes.', () => options.maxSockets)
  metrics.gauge('parley_topics', 'Topics that the node hears.', () => topics.size)
  metrics.gauge('parley_outbox_messages', 'Messages that wait for a batch to history.', () => outbox.waiting)

  app.ws<SocketState>('/ws', {
    compression: uWS.DISABLED,
    maxPayloadLength,
    maxBackpressure,
    closeOnBackpressureLimit: true,
    idleTimeout: idleTimeoutSeconds,
    sendPingsAutomatically: true,
    upgrade: createUpgrade({
      allowedOrigins: options.allowedOrigins,
      isDraining,
      isFull,
      hasTooMany: addresses.hasTooMany,
    }),
    open(socket) {
      opened += 1
      addresses.add(socket.getUserData().address)
      void admission.admit(socket)
    },
    message: receive,
    close(socket) {
      const state = socket.getUserData()
      state.closed = true
      opened -= 1
      addresses.remove(state.address)
      sockets.remove(socket)
      following.closeAll(socket)
      for (const topic of state.topics) topics.release(topic)
      state.topics.clear()
    },
  })
  serveProbes(app, metrics, async () => {
    if (draining) throw new Error('stopping')
    await Promise.all([history.ping(), exchange.ping()])
  })
  const port = await listen(app, options.host, options.port)
  log.info({ port, node }, 'chat node is ready')

  return {
    port,
    async close() {
      draining = true
      await outbox.idle()
      for (const socket of sockets.all()) end(socket, closeCodes.restarting, 'This node is stopping.')
      const until = Date.now() + drainMs
      while (sockets.size > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
      admission.close()
      heads.close()
      slowReaders.close()
      sendRates.close()
      rooms.close()
      await presence.close()
      topics.close()
      app.close()
    },
  }
}

function listen(app: uWS.TemplatedApp, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    app.listen(host, port, (socket) => {
      if (socket) resolve(uWS.us_socket_local_port(socket))
      else reject(new Error(`cannot listen on ${host}:${port}: the port is taken`))
    })
  })
}
