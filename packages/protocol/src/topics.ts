import type { Id } from './ids.ts'

/** Names of the relay's topics. */
export const topics = {
  /** A conversation's durable changes. */
  changes: (conversation: Id) => `c:${conversation}`,
  /** What passes: deltas, typing, presence, read marks. */
  live: (conversation: Id) => `c:${conversation}:live`,
  /** List updates of a conversation too large to tell each member. */
  bumps: (conversation: Id) => `c:${conversation}:bump`,
  user: (user: Id) => `u:${user}`,
  /** Orders to the worker that writes a reply. */
  reply: (message: Id) => `r:${message}`,
}

/** Where the text of a reply that is being written is kept, until it is finished. */
export function partialKey(message: Id, attempt: number): string {
  return `partial:${message}:${attempt}`
}

/** Where a ticket waits for its one use, and what stands there: whom it lets in. */
export function ticketKey(ticket: string): string {
  return `ticket:${ticket}`
}
export type TicketHolder = { user: Id; session: Id }
export const ticketTtlMs = 30_000

/** Where the workers say which models people may choose from, as a JSON array of names. */
export const offeredModelsKey = 'models'
