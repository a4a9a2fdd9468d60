import type { ConversationSummary } from '@parley/protocol'
import { t } from '../texts/texts.ts'

/** What a conversation is called while nobody has named it. */
export function titleOf({ title }: { title: string }): string {
  return title || t('conversations.untitled')
}

/** Marks at a word's ends, or wherever they can be nothing else: `snake_case`, `2*3` and `x_{1}` keep theirs. */
const marks = /^\s*(?:#+|>+)|[`|]+|\*\*+|~~+|\$\$+|(?<![\p{L}\p{N}])[*_~]+(?=\S)|(?<=\S)[*_~]+(?![\p{L}\p{N}{])/gmu

/** Markdown's first words without its marks, for a line in a list. */
export function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)?/g, '$1')
    .replace(marks, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Whether something was said there since one was there last; what is put away is quiet. */
export function isUnread({ head, lastReadSeq, preview, place }: ConversationSummary): boolean {
  return head > lastReadSeq && preview !== '' && place !== 'archive'
}
