import { closeCodes, topics as names } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { end } from './send.ts'

const everyMs = 1_000
/** Bytes that a socket may leave unread before it loses what only passes (pieces of replies, typing, presence). */
const passingBytes = 32 * 1024
/** And before it is ended: it catches up from the log. */
const lastingBytes = 256 * 1024

/**
 * A socket that does not read what it is sent costs its node memory. It loses first what only passes, and then the
 * connection, while there is still room for the close frame to be told why: above `maxBackpressure` it would be cut off.
 */
export function watchSlowReaders({ sockets, figures }: Pick<Deps, 'sockets' | 'figures'>): { close(): void } {
  const timer = setInterval(() => {
    for (const socket of sockets.all()) {
      const state = socket.getUserData()
      const unread = socket.getBufferedAmount()
      if (unread === 0 && !state.isSlow) continue
      if (unread > lastingBytes) {
        figures.tooSlow()
        end(socket, closeCodes.tooSlow, 'You do not read what you are sent.')
      } else if (unread > passingBytes && !state.isSlow) {
        state.isSlow = true
        for (const conversation of state.open.keys()) socket.unsubscribe(names.live(conversation))
      } else if (unread === 0) {
        state.isSlow = false
        for (const conversation of state.open.keys()) socket.subscribe(names.live(conversation))
      }
    }
  }, everyMs)
  return { close: () => clearInterval(timer) }
}
