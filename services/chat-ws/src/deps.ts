import type { History } from '@parley/history-client'
import type { Logger } from '@parley/kit'
import type { Exchange } from '@parley/relay'
import type { Rooms } from './conversations/rooms.ts'
import type { Figures } from './figures.ts'
import type { Outbox } from './messages/outbox.ts'
import type { SendRates } from './messages/send-rates.ts'
import type { Presence } from './presence/presence.ts'
import type { Sockets } from './sockets/sockets.ts'
import type { Topics } from './topics/topics.ts'

/** What a chat node's parts are made of. */
export type Deps = {
  history: History
  exchange: Exchange
  log: Logger
  sockets: Sockets
  topics: Topics
  rooms: Rooms
  presence: Presence
  outbox: Outbox
  sendRates: SendRates
  figures: Figures
}
