import { closeCodes, type Frame, limits, topics as names, parseFrame } from '@parley/protocol'
import type { Following } from '../conversations/open.ts'
import type { Deps } from '../deps.ts'
import { hear, unhear } from './hearing.ts'
import { end, sendText } from './send.ts'

const startOf = (type: Frame['type']) => Buffer.from(`{"type":"${type}"`)
const orders = [startOf('left'), startOf('joined'), startOf('signed-out')]
const bump = startOf('bump')
const [idAt, idLength] = ['{"type":"bump","conversation":"'.length, 36]

const begins = (frame: Buffer, start: Buffer) =>
  frame.length >= start.length && frame.compare(start, 0, start.length, 0, start.length) === 0

/**
 * Frames of a user's topic that are meant for the node as well as for the page: who was removed hears no more, who has
 * another role has it from now on, and who was signed out is out. News for the list go to those sockets that do not have
 * the conversation open: the others have heard the change itself.
 */
export function createOrders(
  { sockets, topics, rooms }: Pick<Deps, 'sockets' | 'topics' | 'rooms'>,
  following: Following,
) {
  return function obey(user: string, bytes: Buffer): 'taken' | undefined {
    if (begins(bytes, bump)) return tellOfNews(user, bytes)
    if (!orders.some((order) => begins(bytes, order))) return undefined
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
        sendText(socket, bytes) // it is ended before its topic's turn
        end(socket, closeCodes.signedOut, 'You are signed out.')
      }
    }
    return undefined
  }

  function tellOfNews(user: string, frame: Buffer): 'taken' {
    const conversation = frame.toString('latin1', idAt, idAt + idLength)
    for (const socket of sockets.of(user)) if (!socket.getUserData().open.has(conversation)) sendText(socket, frame)
    return 'taken'
  }
}
