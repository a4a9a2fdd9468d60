import type { ConversationState, Kept } from '@parley/client'
import { keptOf } from '@parley/client'
import { type ConversationSummary, User } from '@parley/protocol'
import { clear, del, delMany, entries, get, getMany, keys, set } from 'idb-keyval'
import { Check } from 'typebox/value'
import type { Outgoing } from './outbox.ts'
import { stored } from './stored.ts'

/** Conversations kept, those opened last, and of each so many messages. */
const maxConversations = 40
const maxMessages = 100
const maxItems = 100
const userKey = 'parley.user'
/** Messages on their way: so many, and not longer than anybody still means them. */
const maxOutgoing = 100
const outgoingForMs = 7 * 86_400_000

/** The shape of what is kept: another one, of an earlier page, is as if there were nothing. */
const version = 1

type KeptList = { version: number; user: string; items: ConversationSummary[] }
type Entry = { version: number; user: string; at: number; kept: Kept }
type OutgoingEntry = { version: number; user: string; conversation: string; message: Outgoing }

let isKeeping = false

/**
 * What this browser keeps of the account, to show while Parley cannot be reached, and at once when it can: who is signed
 * in, the list, the conversations opened last, and messages on their way. Where nothing can be kept, nothing is; and after `forgetAll` nothing is
 * until somebody is signed in again, so that what ends late cannot leave something behind.
 */
export const cache = {
  user(): User | undefined {
    try {
      const user: unknown = JSON.parse(stored.get(userKey) ?? '')
      return Check(User, user) ? user : undefined
    } catch {
      return undefined
    }
  },
  keepUser(user: User): void {
    isKeeping = true
    stored.set(userKey, JSON.stringify(user))
  },

  async list(user: string): Promise<ConversationSummary[]> {
    const kept = await get<KeptList>('list').catch(() => undefined)
    return kept?.version === version && kept.user === user ? kept.items : []
  },
  async keepList(user: string, items: ConversationSummary[]): Promise<void> {
    if (isKeeping) await set('list', { version, user, items: items.slice(0, maxItems) }).catch(() => {})
  },

  async conversation(user: string, id: string): Promise<Kept | undefined> {
    const entry = await get<Entry>(`conversation:${id}`).catch(() => undefined)
    return entry?.version === version && entry.user === user ? entry.kept : undefined
  },
  async keep(user: string, state: ConversationState): Promise<void> {
    if (!isKeeping) return
    const entry: Entry = { version, user, at: Date.now(), kept: keptOf(state, maxMessages) }
    await set(`conversation:${state.id}`, entry).catch(() => {})
  },
  drop: (id: string) => del(`conversation:${id}`).catch(() => {}),

  /** What was written and not acknowledged, in its order. */
  async outgoing(user: string): Promise<OutgoingEntry[]> {
    const names = (await keys<string>().catch(() => [])).filter((key) => key.startsWith('outgoing:'))
    const all = await getMany<OutgoingEntry | undefined>(names).catch(() => [])
    const since = new Date(Date.now() - outgoingForMs).toISOString()
    const own = (entry: OutgoingEntry) => entry.version === version && entry.user === user && entry.message.at > since
    const kept = all
      .flatMap((entry) => (entry && own(entry) ? [entry] : []))
      .sort((a, b) => (a.message.id < b.message.id ? -1 : 1))
      .slice(-maxOutgoing)
    const isKept = new Set(kept.map(({ message }) => `outgoing:${message.id}`))
    await delMany(names.filter((name) => !isKept.has(name))).catch(() => {})
    return kept
  },
  async keepOutgoing(user: string, conversation: string, message: Outgoing): Promise<void> {
    if (isKeeping) await set(`outgoing:${message.id}`, { version, user, conversation, message }).catch(() => {})
  },
  dropOutgoing: (id: string) => del(`outgoing:${id}`).catch(() => {}),

  /** Lets go of the conversations that were opened longest ago. */
  async tidy(): Promise<void> {
    const all = await entries<string, Entry>().catch(() => [])
    const conversations = all.filter(([key]) => key.startsWith('conversation:')).sort(([, a], [, b]) => b.at - a.at)
    for (const [key] of conversations.slice(maxConversations)) await del(key).catch(() => {})
  },
  async forgetAll(): Promise<void> {
    isKeeping = false
    stored.set(userKey, '')
    await clear().catch(() => {})
  },
}
