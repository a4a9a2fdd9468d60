import { stored } from './stored.ts'

const prefix = 'parley:draft:'
let over = false

/** What is being written in the conversations, kept in this browser until its author signs out. */
export const drafts = {
  read: (conversation: string): string => stored.get(prefix + conversation) ?? '',
  keep(conversation: string, content: string): void {
    if (!over) stored.set(prefix + conversation, content)
  },
  /** Leaves nothing to whoever sits here next; the page that is being left keeps nothing more. */
  forgetAll(): void {
    over = true
    for (const key of stored.keys()) if (key.startsWith(prefix)) stored.set(key, '')
  },
}
