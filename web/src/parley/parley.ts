import { type Api, type Connection, type ConnectionStatus, createConnection } from '@parley/client'
import { type ConversationSummary, newId, type Place, Refusal, type Role, type User } from '@parley/protocol'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { cache } from './cache.ts'
import { drafts } from './drafts.ts'
import { applyToList, type ConversationsList, emptyList, withAnswer, withItems } from './list.ts'
import { createNotifier } from './notifications.ts'
import { type Listeners, type OpenConversation, openConversation } from './open-conversation.ts'
import { createOutbox } from './outbox.ts'
import type { Shown } from './shown.ts'
import { createStore, type Store } from './store.ts'

/** All that a signed-in page lives on. */
export type Parley = {
  user: User
  api: Api
  connection: Connection
  status: Store<ConnectionStatus>
  list: Store<ConversationsList>
  /** The conversation that is on the screen, which the list may not have. */
  here: Store<Here | undefined>
  /** What is open over the page. */
  shown: Store<Shown>
  /** What was just done, and the way back. */
  notice: Store<Notice | undefined>
  /** The models that a reply may be asked of. */
  models: Store<string[]>
  /** Whom one does not want to read. */
  blocked: Store<Blocked[]>
  /** Reads the list again. */
  refresh(): void
  loadMore(): Promise<void>
  /** Loads the archive, page by page. */
  loadArchive(): Promise<void>
  signOut(): Promise<void>
  renamed(user: User): void
  /** Leaves nothing of the account in this browser. */
  forget(): Promise<void>
  /** Keeps a conversation elsewhere, or takes it away from all; both can be taken back for a moment. */
  place(item: ConversationSummary, to: Place): void
  remove(item: ConversationSummary): void
  open(conversation: string): OpenConversation
  create(): Promise<string>
  /** Marks a conversation as read up to `seq`, here and everywhere. */
  read(conversation: string, seq: number): void
  close(): void
}

type Blocked = { user: string; name: string }
type Here = { id: string; title: string; role: Role }
type Notice = { text: string; undo?: () => void }

/** The list is read again at most this often where something in it is not known. */
const refreshRestMs = 1_000
const keepListEveryMs = 300

type Options = {
  user: User
  api: Api
  onSignedOut: () => void
  /** The installation wants to know first whether the address is the user's. */
  onUnverified: () => void
  /** The account has another name now. */
  onRenamed: (user: User) => void
  go: (conversation: string) => void
}

export function createParley({ user, api, onSignedOut, onUnverified, onRenamed, go }: Options): Parley {
  const status = createStore<ConnectionStatus>({ state: 'connecting' })
  const list = createStore(emptyList)
  const here = createStore<Here | undefined>(undefined)
  const shown = createStore<Shown>(undefined)
  const notice = createStore<Notice | undefined>(undefined)
  const models = createStore<string[]>([])
  const blocked = createStore<Blocked[]>([])
  const notifier = createNotifier(list, user.id, go)
  let refreshing: ReturnType<typeof setTimeout> | undefined
  let refreshedAt = 0
  const listeners: Listeners = new Set()
  /** Conversations made here, in their order. */
  const created: string[] = []

  const { protocol, host } = window.location
  const connection = createConnection({
    url: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`,
    ticket: () =>
      api.ticket().catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'auth.email_unverified') onUnverified()
        throw error
      }),
    onFrame(frame) {
      const { list: next, unknown } = applyToList(list.get(), frame, user.id)
      list.set(next)
      if (unknown) refreshSoon()
      if (frame.type === 'blocked') readBlocked()
      for (const listener of listeners) listener.onFrame(frame)
      notifier.onFrame(frame)
    },
    onStatus(next) {
      status.set(next)
      if (next.state === 'open') {
        void readList()
        api.models().then(models.set, () => {})
        readBlocked()
      }
      if (next.state === 'signed-out') onSignedOut()
      for (const listener of listeners) listener.onStatus(next)
    },
  })

  const outbox = createOutbox({ connection, user: user.id })

  function readBlocked(): void {
    api.listBlocked().then(blocked.set, () => {}) // the next connection asks again
  }

  /** What is not known may be news of many, or of what is not listed: it is asked for once in a while. */
  function refreshSoon(): void {
    if (refreshing) return
    const restMs = Math.max(0, refreshedAt + refreshRestMs - Date.now())
    refreshing = setTimeout(() => {
      refreshing = undefined
      void refreshList()
    }, restMs)
  }

  /** Reads the list from its beginning: what was missed while one was away may be that something is gone. */
  function readList(): Promise<void> {
    return refreshList(({ items, archive }) => ({
      ...emptyList,
      items: archive.loaded ? items.filter(({ place }) => place === 'archive') : [],
      archive,
    }))
  }

  async function refreshList(base = (known: ConversationsList) => known): Promise<void> {
    refreshedAt = Date.now()
    const before = created.length
    try {
      const [{ conversations, next }, pinned] = await Promise.all([
        api.listConversations(),
        api.listConversations({ place: 'pinned' }),
      ])
      list.set((all) => {
        // What was made meanwhile is not in the answer, and is there all the same.
        const made = all.items.filter(({ id }) => created.indexOf(id) >= before)
        const known = withItems(base(all), made)
        const items = withAnswer(known, [...pinned.conversations, ...conversations], all.items)
        return { ...items, next: known.loaded ? known.next : next, loaded: true }
      })
    } catch {
      // the next reconnect, or the next news, tries again
    }
  }

  async function loadMore(): Promise<void> {
    const { next: before } = list.get()
    if (!before) return
    const { conversations, next } = await api.listConversations({ before })
    list.set((known) => ({ ...withAnswer(known, conversations), next }))
  }

  async function loadArchive(): Promise<void> {
    const { next: before, loaded } = list.get().archive
    if (loaded && !before) return
    const { conversations, next } = await api.listConversations({ place: 'archive', ...(before && { before }) })
    list.set((known) => ({ ...withAnswer(known, conversations), archive: { next, loaded: true } }))
  }

  /** Does something that can be taken back, and says so; or says why it could not be done. */
  async function doOrTell(work: Promise<unknown>, text: string, undo: () => Promise<void>): Promise<void> {
    try {
      await work
      notice.set({ text, undo: () => void undo().catch(tell) })
    } catch (error) {
      tell(error)
    }
  }

  function tell(error: unknown): void {
    notice.set({ text: wordsOf(error) })
  }

  function place({ id, place: before }: ConversationSummary, to: Place): void {
    void doOrTell(move(id, to, before), t(`conversations.done.${to}`), () => move(id, before, to))
  }

  async function move(id: string, to: Place, before: Place): Promise<void> {
    showAt(id, to)
    try {
      await api.placeConversation(id, to)
    } catch (error) {
      showAt(id, before)
      throw error
    }
  }

  function showAt(id: string, to: Place): void {
    list.set((all) => {
      const known = all.items.find((item) => item.id === id)
      return known ? withItems(all, [{ ...known, place: to }]) : all
    })
  }

  function remove({ id }: ConversationSummary): void {
    void doOrTell(api.deleteConversation(id), t('conversations.done.deleted'), () => api.restoreConversation(id))
  }

  function open(conversation: string): OpenConversation {
    return openConversation({ api, connection, user, conversation, listeners, outbox })
  }

  async function forget(): Promise<void> {
    drafts.forgetAll()
    await cache.forgetAll()
  }

  let keepingList: ReturnType<typeof setTimeout> | undefined
  const unkeep = list.subscribe(() => {
    keepingList ??= setTimeout(keepList, keepListEveryMs)
  })
  function keepList(): void {
    keepingList = undefined
    if (!list.get().loaded) return
    void cache.keepList(user.id, list.get().items)
  }
  void cache.tidy()
  void cache.list(user.id).then((items) => {
    if (items.length > 0 && !list.get().loaded) list.set((known) => ({ ...withItems(known, items) }))
  })

  const online = () => connection.retryNow()
  const visible = () => document.visibilityState === 'visible' && connection.retryNow()
  window.addEventListener('online', online)
  document.addEventListener('visibilitychange', visible)
  window.addEventListener('pagehide', keepList)

  return {
    user,
    api,
    connection,
    status,
    list,
    here,
    shown,
    notice,
    models,
    blocked,
    refresh: () => void refreshList(),
    loadMore,
    loadArchive,
    place,
    remove,
    renamed: onRenamed,
    forget,
    async signOut() {
      await forget()
      await api.signOut().catch(() => {}) // the session is given up here in any case
      window.location.assign('/')
    },
    open,
    async create() {
      const summary = await api.createConversation({ id: newId() })
      created.push(summary.id)
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
      window.removeEventListener('pagehide', keepList)
      clearTimeout(refreshing)
      notifier.close()
      unkeep()
      clearTimeout(keepingList)
      connection.close()
    },
  }
}
