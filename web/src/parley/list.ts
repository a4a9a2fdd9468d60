import { type Change, type ConversationSummary, type Frame, limits } from '@parley/protocol'

/** How far something is loaded: `next` leads to the rest. */
type Paged = { next: string | undefined; loaded: boolean }

/** The conversations of the signed-in person, most recently active first. */
export type ConversationsList = {
  items: ConversationSummary[]
  next: string | undefined
  loaded: boolean
  archive: Paged
}

export const emptyList: ConversationsList = {
  items: [],
  next: undefined,
  loaded: false,
  archive: { next: undefined, loaded: false },
}

/** Puts conversations into the list, each once, in place of what it knew of them. */
export function withItems(list: ConversationsList, items: ConversationSummary[]): ConversationsList {
  const byId = new Map([...list.items, ...items].map((item) => [item.id, item]))
  return { ...list, items: sorted([...byId.values()]) }
}

/**
 * Puts conversations into the list as they were when they were asked for: what a frame has told since is newer.
 *
 * @param known what frames have told, where that is more than what the list keeps
 */
export function withAnswer(
  list: ConversationsList,
  items: ConversationSummary[],
  known = list.items,
): ConversationsList {
  const byId = new Map(known.map((item) => [item.id, item]))
  const newest = items.map((item) => {
    const told = byId.get(item.id)
    if (!told || told.head <= item.head) return item
    const { head, title, preview, activeAt } = told
    return { ...item, head, title, preview, activeAt, lastReadSeq: Math.max(told.lastReadSeq, item.lastReadSeq) }
  })
  return withItems(list, newest)
}

/** What a frame changes in the user's list. `unknown` names a conversation that has to be fetched. */
export function applyToList(
  list: ConversationsList,
  frame: Frame,
  user: string,
): { list: ConversationsList; unknown?: string } {
  switch (frame.type) {
    case 'bump': {
      const known = list.items.find(({ id }) => id === frame.conversation)
      if (!known) return { list, unknown: frame.conversation }
      const { head, title, preview, activeAt } = frame
      if (head < known.head) return { list }
      return { list: withItems(list, [{ ...known, head, title, preview, activeAt }]) }
    }
    case 'change': {
      // Of a conversation that is open here nothing else is told.
      const known = list.items.find(({ id }) => id === frame.conversation)
      if (!known) return { list }
      const { change } = frame
      // What the list shows of it may be what was deleted.
      const isGone = change.kind === 'message' && change.message.deletedAt !== null
      return { list: withItems(list, [withChange(known, change)]), ...(isGone && { unknown: frame.conversation }) }
    }
    case 'read': {
      const known = list.items.find(({ id }) => id === frame.conversation)
      if (!known || frame.user !== user || frame.seq <= known.lastReadSeq) return { list }
      return { list: withItems(list, [{ ...known, lastReadSeq: frame.seq }]) }
    }
    case 'head':
      return { list, unknown: frame.conversation } // something was missed
    case 'joined': {
      const known = list.items.find(({ id }) => id === frame.conversation)
      if (!known) return { list, unknown: frame.conversation }
      return { list: withItems(list, [{ ...known, role: frame.role }]) }
    }
    case 'placed': {
      const known = list.items.find(({ id }) => id === frame.conversation)
      if (!known) return frame.place === 'archive' ? { list } : { list, unknown: frame.conversation }
      return { list: withItems(list, [{ ...known, place: frame.place }]) }
    }
    case 'left':
      return { list: { ...list, items: list.items.filter(({ id }) => id !== frame.conversation) } }
    default:
      return { list }
  }
}

function withChange(item: ConversationSummary, change: Change): ConversationSummary {
  const next = { ...item, head: Math.max(item.head, change.seq) }
  if (change.kind === 'conversation') return { ...next, title: change.conversation.title }
  if (change.kind === 'member') return next
  const { content, seq, reply } = change.message
  const isNews = content !== '' && (change.seq === seq || (reply && reply.status !== 'streaming'))
  if (!isNews) return next
  return { ...next, preview: content.slice(0, limits.previewChars), activeAt: new Date().toISOString() }
}

function sorted(items: ConversationSummary[]): ConversationSummary[] {
  return items.sort((a, b) => (a.activeAt < b.activeAt ? 1 : a.activeAt > b.activeAt ? -1 : a.id < b.id ? 1 : -1))
}
