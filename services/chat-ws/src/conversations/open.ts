import { type CommandOf, encodeFrame, limits, topics as names, Refusal } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { sendFrame, sendText } from '../sockets/send.ts'
import type { Socket } from '../sockets/sockets.ts'

/** Following a conversation: `open` catches up and goes live, `close` lets go. */
export function createFollowing({ topics, catchUps, presence }: Pick<Deps, 'topics' | 'catchUps' | 'presence'>) {
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
    const { role, head, rest, frames } = await catchUps.ask(state.user, conversation, since)
    if (state.closed) return
    // Removed while the answer was on its way: from this conversation, maybe, after history had said yes.
    if (state.removals !== removals) return open(socket, command)
    if (rest === 'reset') {
      sendText(socket, encodeFrame({ type: 'reset', id, conversation, head }))
      return
    }
    // All in one turn of the loop: nothing can pass between what was recorded and the subscription.
    socket.cork(() => {
      sendText(socket, `{"type":"caught-up","id":${JSON.stringify(id)},${rest}`)
      for (const frame of frames) sendText(socket, frame)
    })
    if (!state.open.has(conversation)) {
      for (const topic of [names.changes(conversation), names.live(conversation)]) {
        void topics.hold(topic)
        socket.subscribe(topic)
      }
      presence.enter(conversation, state.user)
    }
    state.open.set(conversation, role)
    topics.saw(names.changes(conversation), head)
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
    topics.release(names.changes(conversation))
    topics.release(names.live(conversation))
    presence.leave(conversation, user)
  }
}

export type Following = ReturnType<typeof createFollowing>
