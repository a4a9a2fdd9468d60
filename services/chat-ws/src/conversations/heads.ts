import type { TemplatedApp } from 'uWebSockets.js'
import { closeCodes, encodeFrame, topics as names } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { end } from '../sockets/send.ts'

const everyMs = 10_000
const maxConversations = 20_000
const maxSessions = 100_000

/**
 * A lost announcement may be the last for a while. So every ten seconds, and when the relay comes back, the node asks
 * history about all that is open on it, in one question: it tells the sockets of heads that it has not seen pass, and
 * ends those whose session is over.
 */
export function createHeadChecks(
  app: TemplatedApp,
  { history, sockets, rooms, exchange, log }: Pick<Deps, 'history' | 'sockets' | 'rooms' | 'exchange' | 'log'>,
) {
  async function check(): Promise<void> {
    const conversations = new Set<string>()
    const sessions = new Set<string>()
    for (const socket of sockets.all()) {
      const { open, session } = socket.getUserData()
      for (const conversation of open.keys()) if (conversations.size < maxConversations) conversations.add(conversation)
      if (sessions.size < maxSessions) sessions.add(session)
    }
    if (sessions.size === 0) return
    const { heads, ended } = await history.checkHeads({ conversations: [...conversations], sessions: [...sessions] })
    for (const { conversation, head } of heads) {
      if (rooms.seen(conversation) >= head) continue
      rooms.forget(conversation)
      rooms.saw(conversation, head)
      app.publish(names.changes(conversation), encodeFrame({ type: 'head', conversation, head }))
    }
    const over = new Set(ended)
    if (over.size === 0) return
    for (const socket of sockets.all()) {
      if (over.has(socket.getUserData().session)) end(socket, closeCodes.signedOut, 'You are signed out.')
    }
  }

  const run = () => {
    check().catch((error: Error) => log.warn({ reason: error.message }, 'the heads could not be checked'))
  }
  const timer = setInterval(run, everyMs)
  exchange.relay.onHealed(() => {
    rooms.forget()
    run()
  })
  return { close: () => clearInterval(timer) }
}
