import { type CommandOf, type ErrorCode, encodeFrame, topics as names, Refusal } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { sendFrame } from '../sockets/send.ts'
import type { Socket } from '../sockets/sockets.ts'

/** Commands that history carries out. Each is answered by `ack` when it is committed. */
export function createMessageCommands({
  history,
  outbox,
  exchange,
  sendRates,
}: Pick<Deps, 'history' | 'outbox' | 'exchange' | 'sendRates'>) {
  const actor = (socket: Socket) => socket.getUserData().user

  return {
    async send(socket: Socket, { id, conversation, content, instead }: CommandOf<'send'>): Promise<void> {
      sendRates.take(actor(socket))
      const message = { id, conversation, author: actor(socket), content, ...(instead && { instead }) }
      const result = await outbox.append(message)
      if ('code' in result) throw new Refusal(result.code as ErrorCode, result.message)
      sendFrame(socket, { type: 'ack', id, seq: result.seq })
    },
    async edit(socket: Socket, { id, conversation, message, content }: CommandOf<'edit'>): Promise<void> {
      const { seq } = await history.editMessage({ actor: actor(socket), conversation, message, content })
      sendFrame(socket, { type: 'ack', id, seq })
    },
    async delete(socket: Socket, { id, conversation, message }: CommandOf<'delete'>): Promise<void> {
      const { seq } = await history.deleteMessage({ actor: actor(socket), conversation, message })
      sendFrame(socket, { type: 'ack', id, seq })
    },
    async react(socket: Socket, { id, conversation, message, emoji, on }: CommandOf<'react'>): Promise<void> {
      const { seq } = await history.reactToMessage({ actor: actor(socket), conversation, message, emoji, on })
      sendFrame(socket, { type: 'ack', id, seq })
    },
    async read(socket: Socket, { id, conversation, seq }: CommandOf<'read'>): Promise<void> {
      await history.markRead({ actor: actor(socket), conversation, seq })
      sendFrame(socket, { type: 'ack', id })
    },
    async stop(socket: Socket, { id, conversation, message }: CommandOf<'stop'>): Promise<void> {
      await history.stopReply({ actor: actor(socket), conversation, message })
      sendFrame(socket, { type: 'ack', id })
    },
    async retry(socket: Socket, { id, conversation, message }: CommandOf<'retry'>): Promise<void> {
      const { seq } = await history.retryReply({ actor: actor(socket), conversation, message })
      sendFrame(socket, { type: 'ack', id, seq })
    },
    async continue(socket: Socket, { id, conversation, message }: CommandOf<'continue'>): Promise<void> {
      const { seq } = await history.continueReply({ actor: actor(socket), conversation, message })
      sendFrame(socket, { type: 'ack', id, seq })
    },
    async regenerate(socket: Socket, command: CommandOf<'regenerate'>): Promise<void> {
      const { id, conversation, message, model } = command
      const wanted = { actor: actor(socket), conversation, message, reply: id, ...(model && { model }) }
      const { seq } = await history.regenerateReply(wanted)
      sendFrame(socket, { type: 'ack', id, seq })
    },
    async choose(socket: Socket, { id, conversation, message }: CommandOf<'choose'>): Promise<void> {
      const { seq } = await history.chooseVersion({ actor: actor(socket), conversation, message })
      sendFrame(socket, { type: 'ack', id, seq })
    },
    typing(socket: Socket, { id, conversation, on }: CommandOf<'typing'>): void {
      const { open, user } = socket.getUserData()
      const role = open.get(conversation)
      if (!role) throw new Refusal('conversation.not_found', 'Open the conversation first.')
      if (role !== 'viewer') {
        exchange.relay.publish(names.live(conversation), encodeFrame({ type: 'typing', conversation, user, on }))
      }
      sendFrame(socket, { type: 'ack', id })
    },
    ping(socket: Socket, { id }: CommandOf<'ping'>): void {
      sendFrame(socket, { type: 'pong', id })
    },
  }
}
