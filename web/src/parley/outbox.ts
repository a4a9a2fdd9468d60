import type { Connection } from '@parley/client'
import { newId } from '@parley/protocol'
import { wordsOf } from '../texts/words.ts'
import { cache } from './cache.ts'
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

/** What was written here and is not in the log yet, by conversation. */
export type Outbox = {
  of(conversation: string): Store<Outgoing[]>
  send(conversation: string, content: string, instead?: string): void
  retry(conversation: string, id: string): void
  discard(conversation: string, id: string): void
  /** Lets go of what the log has, where the conversation is shown. */
  settle(conversation: string, known: Set<string>): void
  /** Whether a conversation is shown: there a message stays until its place in the log is shown, too. */
  show(conversation: string, on: boolean): void
}

/**
 * Sends messages, each until it is acknowledged: also after a network that was away, and after the page was closed
 * meanwhile. A message that is sent twice is stored once, by its id.
 */
export function createOutbox({ connection, user }: { connection: Connection; user: string }): Outbox {
  const stores = new Map<string, Store<Outgoing[]>>()
  const shown = new Set<string>()

  function of(conversation: string): Store<Outgoing[]> {
    const known = stores.get(conversation) ?? createStore<Outgoing[]>([])
    stores.set(conversation, known)
    return known
  }

  function transmit(conversation: string, { id, content, instead }: Outgoing): void {
    connection.request({ type: 'send', id, conversation, content, ...(instead && { instead }) }).then(
      () => {
        if (!shown.has(conversation)) discard(conversation, id)
      },
      (error: unknown) => mark(conversation, id, wordsOf(error)),
    )
  }

  function mark(conversation: string, id: string, failed: string | undefined): void {
    of(conversation).set((all) => all.map((each) => (each.id === id ? { ...each, failed } : each)))
  }

  function add(conversation: string, message: Outgoing): void {
    const store = of(conversation)
    if (store.get().some(({ id }) => id === message.id)) return
    store.set((all) => [...all, message])
    transmit(conversation, message)
  }

  function discard(conversation: string, id: string): void {
    of(conversation).set((all) => all.filter((each) => each.id !== id))
    void cache.dropOutgoing(id)
  }

  void cache.outgoing(user).then((kept) => {
    for (const { conversation, message } of kept) add(conversation, message)
  })

  return {
    of,
    send(conversation, content, instead) {
      const message = { id: newId(), content, instead, failed: undefined, at: new Date().toISOString() }
      void cache.keepOutgoing(user, conversation, message)
      add(conversation, message)
    },
    retry(conversation, id) {
      const message = of(conversation)
        .get()
        .find((each) => each.id === id)
      if (!message) return
      mark(conversation, id, undefined)
      transmit(conversation, message)
    },
    discard,
    settle(conversation, known) {
      for (const { id } of of(conversation).get()) if (known.has(id)) discard(conversation, id)
    },
    show(conversation, on) {
      if (on) shown.add(conversation)
      else shown.delete(conversation)
    },
  }
}
