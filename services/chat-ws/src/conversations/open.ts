import { type CommandOf, limits, topics as names, Refusal } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { sendFrame, sendText } from '../sockets/send.ts'
import type { Socket } from '../sockets/sockets.ts'

/** Following a conversation: `open` catches up and goes live, `close` lets go. */
export function createFollowing({ rooms, presence }: Pick<Deps, 'rooms' | 'presence'>) {
  return { open, close, closeAll }

  async function open(socket: Socket, command: CommandOf<'open'>): Promise<void> {
    const { id, conversation, since } = command
    const state = socket.getUserData()
    if (!state.open.has(conversation) && state.open.size >= limits.openConversations) {
      throw new Refusal(
        'conversation.too_many_open',
        `Close a conversation first: ${limits.openConversations} are open.`,
      )
    }
    const { removals } = state
    const caught = await rooms.open(state.user, conversation, since)
    if (state.closed) return
    // Removed while the answer was on its way: from this conversation, maybe, after history had said yes.
    if (state.removals !== removals) return open(socket, command)
    if (caught.role === undefined) {
      sendFrame(socket, { type: 'reset', id, conversation, head: caught.head })
      return
    }
    // In the turn of the loop in which the answer was made: nothing can pass between it and the subscription.
    const isNew = !state.open.has(conversation)
    state.open.set(conversation, caught.role)
    socket.cork(() => {
      sendText(socket, `{"type":"caught-up","id":${JSON.stringify(id)},${caught.rest}`)
      if (!isNew) return
      socket.subscribe(names.changes(conversation))
      if (!state.isSlow) socket.subscribe(names.live(conversation))
      socket.unsubscribe(names.bumps(conversation)) // the changes tell all that it would
    })
    if (!isNew) return
    rooms.enter(conversation)
    presence.enter(conversation, state.user)
  }

  function close(
    socket: Socket,
    { id, conversation }: Pick<CommandOf<'close'>, 'conversation'> & { id?: string },
  ): void {
    const state = socket.getUserData()
    if (state.open.delete(conversation)) {
      leave(conversation, state.user)
      if (!state.closed) {
        socket.unsubscribe(names.changes(conversation))
        socket.unsubscribe(names.live(conversation))
        if (state.topics.has(names.bumps(conversation))) socket.subscribe(names.bumps(conversation))
      }
    }
    if (id !== undefined) sendFrame(socket, { type: 'ack', id })
  }

  /** For a socket that has closed, whose own subscriptions went with it. */
  function closeAll(socket: Socket): void {
    const { open, user } = socket.getUserData()
    for (const conversation of open.keys()) leave(conversation, user)
    open.clear()
  }

  function leave(conversation: string, user: string): void {
    rooms.leave(conversation)
    presence.leave(conversation, user)
  }
}

export type Following = ReturnType<typeof createFollowing>
