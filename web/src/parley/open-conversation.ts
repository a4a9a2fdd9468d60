import {
  type Api,
  type Connection,
  type ConnectionStatus,
  type ConversationState,
  followConversation,
} from '@parley/client'
import { type Frame, Refusal, type User } from '@parley/protocol'
import { cache } from './cache.ts'
import type { Outbox, Outgoing } from './outbox.ts'
import { createStore, type Store } from './store.ts'

const typingForMs = 6_000
/** What is on the screen is kept in the browser this often at most. */
const keepEveryMs = 2_000

/** A conversation that is on the screen. */
export type OpenConversation = {
  id: string
  state: Store<ConversationState | undefined>
  /** The same, for those who do not show what is being written: it stays while only that grows. */
  settled: Store<ConversationState | undefined>
  refused: Store<Refusal | undefined>
  outgoing: Store<Outgoing[]>
  /** The message that is being edited, by its id. */
  editing: Store<string | undefined>
  /** Who types now, by user id; each until the given time. */
  typing: Store<Record<string, number>>
  /** Sends a message, at the end or in the place of another. */
  send(content: string, instead?: string): void
  retry(id: string): void
  discard(id: string): void
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  /** Goes to a message by its `seq`, and back to the newest. */
  goTo(seq: number): Promise<void>
  goToNewest(): void
  close(): void
}

/** Who wants to know of every frame and status of the connection. */
export type Listeners = Set<{ onFrame(frame: Frame): void; onStatus(status: ConnectionStatus): void }>

type Options = {
  api: Api
  connection: Connection
  user: User
  conversation: string
  listeners: Listeners
  outbox: Outbox
}

/** Opens a conversation, which stays live until it is closed. */
export function openConversation(options: Options): OpenConversation {
  const { api, connection, user, conversation, listeners, outbox } = options
  const state = createStore<ConversationState | undefined>(undefined)
  const settled = createStore<ConversationState | undefined>(undefined)
  const refused = createStore<Refusal | undefined>(undefined)
  const outgoing = outbox.of(conversation)
  const editing = createStore<string | undefined>(undefined)
  const typing = createStore<Record<string, number>>({})
  let closed = false
  let newest: ConversationState | undefined
  let frame: number | undefined
  let keeping: ReturnType<typeof setTimeout> | undefined

  function keep(): void {
    keeping = undefined
    const now = state.get()
    if (now && !refused.get()) void cache.keep(user.id, now)
  }

  /** All that changes is shown at once, but words of replies once a frame, however quickly they come; out of sight, never. */
  function show(): void {
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = undefined
    state.set(newest)
  }

  const follower = followConversation({
    api,
    connection: () => connection,
    conversation,
    kept: () => cache.conversation(user.id, conversation),
    onState(next) {
      const isWords = newest !== undefined && differOnlyInWords(newest, next)
      newest = next
      if (isWords) {
        frame ??= requestAnimationFrame(show)
        return
      }
      show()
      settled.set(next)
      settle(next)
      keeping ??= setTimeout(keep, keepEveryMs)
    },
    onRefused(refusal) {
      refused.set(refusal)
      void cache.drop(conversation)
    },
  })
  const listener = {
    onFrame(frame: Frame) {
      follower.onFrame(frame)
      if (frame.type === 'typing' && frame.conversation === conversation && frame.user !== user.id)
        note(frame.user, frame.on)
      if (frame.type === 'left' && frame.conversation === conversation) {
        refused.set(new Refusal('conversation.not_found', 'You are no longer a member of this conversation.'))
      }
    },
    onStatus: follower.onStatus,
  }
  listeners.add(listener)
  outbox.show(conversation, true)

  function note(who: string, on: boolean): void {
    const until = Date.now() + typingForMs
    typing.set(({ [who]: _before, ...rest }) => (on ? { ...rest, [who]: until } : rest))
    if (on) setTimeout(() => forget(who, until), typingForMs)
  }

  function forget(who: string, until: number): void {
    if (typing.get()[who] === until && !closed) note(who, false)
  }

  /** What the log has is no longer on its way, and its author has stopped typing. */
  function settle({ messages }: ConversationState): void {
    const newest = messages.at(-1)
    if (newest?.author && typing.get()[newest.author]) note(newest.author, false)
    if (outgoing.get().length === 0) return
    outbox.settle(conversation, new Set(messages.map(({ id }) => id)))
  }

  return {
    id: conversation,
    state,
    settled,
    refused,
    outgoing,
    editing,
    typing,
    send(content, instead) {
      follower.goToNewest()
      outbox.send(conversation, content, instead)
    },
    retry: (id) => outbox.retry(conversation, id),
    discard: (id) => outbox.discard(conversation, id),
    loadOlder: follower.loadOlder,
    loadNewer: follower.loadNewer,
    goTo: follower.goTo,
    goToNewest: follower.goToNewest,
    close() {
      closed = true
      outbox.show(conversation, false)
      if (frame !== undefined) cancelAnimationFrame(frame)
      clearTimeout(keeping)
      keep()
      listeners.delete(listener)
      follower.close()
    },
  }
}

/** Whether two states are the same but for what is being written. */
function differOnlyInWords(before: ConversationState, after: ConversationState): boolean {
  return (Object.keys(after) as (keyof ConversationState)[]).every(
    (key) => key === 'live' || after[key] === before[key],
  )
}
