import {
  type Api,
  type Connection,
  type ConnectionStatus,
  type ConversationState,
  createConnection,
  followConversation,
} from '@parley/client'
import { type Frame, newId, Refusal, type User } from '@parley/protocol'
import { applyToList, type ConversationsList, emptyList, withItems } from './list.ts'
import { createStore, type Store } from './store.ts'

/** A message on its way: shown at once, and gone when the log has it. */
export type Outgoing = {
  id: string
  content: string
  /** The message whose place it takes. */
  instead: string | undefined
  failed: string | undefined
  at: string
}

/** A conversation that is on the screen. */
export type OpenConversation = {
  id: string
  state: Store<ConversationState | undefined>
  refused: Store<Refusal | undefined>
  outgoing: Store<Outgoing[]>
  /** Who types now, by user id; each until the given time. */
  typing: Store<Record<string, number>>
  /** Sends a message, at the end or in the place of another. */
  send(content: string, instead?: string): void
  retry(id: string): void
  discard(id: string): void
  loadOlder(): Promise<void>
  close(): void
}

/** All that a signed-in page lives on. */
export type Parley = {
  user: User
  api: Api
  connection: Connection
  status: Store<ConnectionStatus>
  list: Store<ConversationsList>
  /** The models that a reply may be asked of. */
  models: Store<string[]>
  loadMore(): Promise<void>
  open(conversation: string): OpenConversation
  create(): Promise<string>
  /** Marks a conversation as read up to `seq`, here and everywhere. */
  read(conversation: string, seq: number): void
  close(): void
}

const typingForMs = 6_000

export function createParley(user: User, api: Api, onSignedOut: () => void): Parley {
  const status = createStore<ConnectionStatus>({ state: 'connecting' })
  const list = createStore(emptyList)
  const models = createStore<string[]>([])
  const listeners = new Set<{ onFrame(frame: Frame): void; onStatus(status: ConnectionStatus): void }>()

  const { protocol, host } = window.location
  const connection = createConnection({
    url: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`,
    ticket: api.ticket,
    onFrame(frame) {
      const { list: next, unknown } = applyToList(list.get(), frame)
      list.set(next)
      if (unknown) void refreshList()
      for (const listener of listeners) listener.onFrame(frame)
    },
    onStatus(next) {
      status.set(next)
      if (next.state === 'open') {
        void refreshList()
        api.models().then(models.set, () => {})
      }
      if (next.state === 'signed-out') onSignedOut()
      for (const listener of listeners) listener.onStatus(next)
    },
  })

  async function refreshList(): Promise<void> {
    try {
      const { conversations, next } = await api.listConversations()
      list.set((known) => ({
        ...withItems(known, conversations),
        next: known.loaded ? known.next : next,
        loaded: true,
      }))
    } catch {
      // the next reconnect, or the next news, tries again
    }
  }

  async function loadMore(): Promise<void> {
    const { next: before } = list.get()
    if (!before) return
    const { conversations, next } = await api.listConversations(before)
    list.set((known) => ({ ...withItems(known, conversations), next }))
  }

  function open(conversation: string): OpenConversation {
    const state = createStore<ConversationState | undefined>(undefined)
    const refused = createStore<Refusal | undefined>(undefined)
    const outgoing = createStore<Outgoing[]>([])
    const typing = createStore<Record<string, number>>({})
    let closed = false

    const follower = followConversation({
      api,
      connection: () => connection,
      conversation,
      onState(next) {
        state.set(next)
        settle(next)
      },
      onRefused: (refusal) => refused.set(refusal),
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
      const known = new Set(messages.map(({ id }) => id))
      outgoing.set((all) => (all.some(({ id }) => known.has(id)) ? all.filter(({ id }) => !known.has(id)) : all))
    }

    function transmit({ id, content, instead }: Outgoing): void {
      connection
        .request({ type: 'send', id, conversation, content, ...(instead && { instead }) })
        .catch((error: Error) => {
          if (!closed) mark(id, error.message)
        })
    }

    function mark(id: string, failed: string | undefined): void {
      outgoing.set((all) => all.map((each) => (each.id === id ? { ...each, failed } : each)))
    }

    return {
      id: conversation,
      state,
      refused,
      outgoing,
      typing,
      send(content, instead) {
        const message = { id: newId(), content, instead, failed: undefined, at: new Date().toISOString() }
        outgoing.set((all) => [...all, message])
        transmit(message)
      },
      retry(id) {
        const message = outgoing.get().find((each) => each.id === id)
        if (!message) return
        mark(id, undefined)
        transmit(message)
      },
      discard: (id) => outgoing.set((all) => all.filter((each) => each.id !== id)),
      loadOlder: follower.loadOlder,
      close() {
        closed = true
        listeners.delete(listener)
        follower.close()
      },
    }
  }

  const online = () => connection.retryNow()
  const visible = () => document.visibilityState === 'visible' && connection.retryNow()
  window.addEventListener('online', online)
  document.addEventListener('visibilitychange', visible)

  return {
    user,
    api,
    connection,
    status,
    list,
    models,
    loadMore,
    open,
    async create() {
      const summary = await api.createConversation({ id: newId() })
      list.set((known) => withItems(known, [summary]))
      return summary.id
    },
    read(conversation, seq) {
      const known = list.get().items.find(({ id }) => id === conversation)
      if (known && known.lastReadSeq >= seq) return
      if (known) list.set((all) => withItems(all, [{ ...known, lastReadSeq: seq, head: Math.max(known.head, seq) }]))
      connection.request({ type: 'read', conversation, seq }).catch(() => {})
    },
    close() {
      window.removeEventListener('online', online)
      document.removeEventListener('visibilitychange', visible)
      connection.close()
    },
  }
}
