import { closeCodes, limits, topics as names, parseFrame } from '@parley/protocol'
import type { Following } from '../conversations/open.ts'
import type { Deps } from '../deps.ts'
import { hear, unhear } from './hearing.ts'
import { end } from './send.ts'

const orders = ['left', 'joined', 'signed-out'].map((type) => Buffer.from(`{"type":"${type}"`))

/**
 * Frames of a user's topic that are meant for the node as well as for the page: who was removed hears no more, who has
 * another role has it from now on, and who was signed out is out.
 */
export function createOrders(
  { sockets, topics, rooms }: Pick<Deps, 'sockets' | 'topics' | 'rooms'>,
  following: Following,
) {
  return function obey(user: string, bytes: Buffer): void {
    if (!orders.some((order) => bytes.subarray(0, order.length).equals(order))) return
    const frame = parseFrame(bytes.toString())
    if (frame?.type === 'left') rooms.expel(frame.conversation, user)
    for (const socket of sockets.of(user)) {
      const state = socket.getUserData()
      const { open, session } = state
      if (frame?.type === 'left') {
        state.removals += 1
        following.close(socket, frame)
        unhear(socket, topics, names.bumps(frame.conversation))
      } else if (frame?.type === 'joined') {
        if (open.has(frame.conversation)) open.set(frame.conversation, frame.role)
        if (frame.memberCount > limits.directBumpMembers) void hear(socket, topics, names.bumps(frame.conversation))
      } else if (frame?.type === 'signed-out' && (frame.session ?? session) === session) {
        end(socket, closeCodes.signedOut, 'You are signed out.')
      }
    }
  }
}
