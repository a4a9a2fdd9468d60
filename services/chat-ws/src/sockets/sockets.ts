import type { WebSocket } from 'uWebSockets.js'
import type { Role } from '@parley/protocol'

/** What a node knows of a socket. */
export type SocketState = {
  /** What it came with; empty once it was used. */
  ticket: string
  /** Where it came from. */
  readonly address: string
  /** Whose it is; empty until it is admitted. */
  user: string
  session: string
  /** The conversations it has open, with its user's role there. */
  readonly open: Map<string, Role>
  /** How often its user was removed from a conversation: an access that was checked before is checked again. */
  removals: number
  /** Further topics that it holds until it closes. */
  readonly topics: Set<string>
  /** Commands it may still send; refilled with time. */
  budget: number
  budgetAt: number
  /** Commands refused in a row because it sent too fast. */
  refusedInRow: number
  /** Commands under way. */
  underWay: number
  /** It does not read what it is sent, and so gets less. */
  isSlow: boolean
  closed: boolean
}

/** The state of a socket that has just opened. */
export function newState(ticket: string, address: string): SocketState {
  return {
    ticket,
    address,
    user: '',
    session: '',
    open: new Map(),
    removals: 0,
    topics: new Set(),
    budget: Number.POSITIVE_INFINITY, // filled at the first command
    budgetAt: 0,
    refusedInRow: 0,
    underWay: 0,
    isSlow: false,
    closed: false,
  }
}

export type Socket = WebSocket<SocketState>

export type Sockets = {
  add(socket: Socket): void
  remove(socket: Socket): void
  of(user: string): Socket[]
  /** All of them; one may be removed while they are gone through. */
  all(): Iterable<Socket>
  readonly size: number
}

/** The sockets of a node, by their users. */
export function createSockets(): Sockets {
  const byUser = new Map<string, Set<Socket>>()
  const all = new Set<Socket>()
  return {
    add(socket) {
      const { user } = socket.getUserData()
      const own = byUser.get(user) ?? new Set()
      byUser.set(user, own.add(socket))
      all.add(socket)
    },
    remove(socket) {
      const { user } = socket.getUserData()
      all.delete(socket)
      const own = byUser.get(user)
      if (own?.delete(socket) && own.size === 0) byUser.delete(user)
    },
    of: (user) => [...(byUser.get(user) ?? [])],
    all: () => all,
    get size() {
      return all.size
    },
  }
}
