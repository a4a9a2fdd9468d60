import type { Message } from '@parley/protocol'
import type { Outgoing } from '../parley/outbox.ts'
import { isSameDay } from '../ui/time.ts'
import type { News } from './reading.ts'

const groupWithinMs = 5 * 60_000

/** A row of the list: a message with what stands above it, or one on its way. */
export type Row = { message: Message; first: boolean; newDay: boolean; isNew: boolean } | { outgoing: Outgoing }

/** The rows of what is shown, and after them of what is on its way. */
export function rowsOf(shown: Message[], outgoing: Outgoing[], news: News, reader: string): Row[] {
  const firstNew = shown.find(({ seq }) => seq > news.from)
  const hasNews = firstNew !== undefined && firstNew.seq <= news.to && firstNew.author !== reader
  const rows: Row[] = shown.map((message, at) => {
    const before = shown[at - 1]
    const newDay = !before || !isSameDay(before.createdAt, message.createdAt)
    const isNew = hasNews && message === firstNew
    return { message, newDay, isNew, first: newDay || isNew || startsGroup(message, before) }
  })
  return [...rows, ...outgoing.map((each) => ({ outgoing: each }))]
}

/** Where a message is, looked for from the end, or -1. */
export function placeOf(rows: Row[], id: string | undefined): number {
  return id === undefined ? -1 : rows.findLastIndex((row) => 'message' in row && row.message.id === id)
}

/** How many of the messages came after a `seq`. */
export function countAfter(messages: Message[], seq: number): number {
  let count = 0
  for (let at = messages.length - 1; at >= 0 && messages[at]!.seq > seq; at -= 1) count += 1
  return count
}

function startsGroup(message: Message, before: Message | undefined): boolean {
  if (!before || before.author !== message.author || before.assistant !== message.assistant) return true
  return Date.parse(message.createdAt) - Date.parse(before.createdAt) > groupWithinMs
}
