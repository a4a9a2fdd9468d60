import type { ConversationSummary } from '@parley/protocol'
import { t } from '../texts/texts.ts'

/** What a conversation is called while nobody has named it. */
export function titleOf({ title }: { title: string }): string {
  return title || t('conversations.untitled')
}

/** Markdown's first words without its marks, for a line in a list. */
export function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\([^)]*\)?/g, '$1')
    .replace(/^[#>]+|[`|]+|[*_~]+(?=\S)|(?<=\S)[*_~]+/gm, '') // a lone star is one between numbers
    .replace(/\s+/g, ' ')
    .trim()
}

/** Whether something was said there since one was there last; what is put away is quiet. */
export function isUnread({ head, lastReadSeq, preview, place }: ConversationSummary): boolean {
  return head > lastReadSeq && preview !== '' && place !== 'archive'
}
