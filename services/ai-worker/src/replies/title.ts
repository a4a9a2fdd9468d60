import type { History, Spoken } from '@parley/history-client'
import type { Logger } from '@parley/kit'
import type { Model } from '../models/model.ts'

const withinMs = 20_000
const maxChars = 60

type Deps = { history: History; small: Model; log: Logger }

/** Names a conversation after its first exchange. A person's title stays; without a good one it stays unnamed. */
export async function nameConversation(
  { history, small, log }: Deps,
  conversation: string,
  messages: Spoken[],
): Promise<void> {
  try {
    const title = tidy(await small.title(messages, AbortSignal.timeout(withinMs)))
    if (title) await history.nameConversation({ conversation, title })
  } catch (error) {
    log.warn({ conversation, reason: (error as Error).message }, 'the conversation could not be named')
  }
}

/** One line without Markdown's and quotation marks, cut at a word. */
function tidy(text: string): string {
  const line = text.replaceAll('\0', '').trim().split('\n')[0] ?? ''
  const plain = line
    .replace(/^#+\s|["“”«»]+|[*_`]+(?=\S)|(?<=\S)[*_`]+/g, '') // a lone star is one between numbers
    .replace(/\s+/g, ' ')
    .trim()
  if (plain.length <= maxChars) return plain
  const cut = plain.slice(0, maxChars)
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : maxChars).trimEnd()} …`
}
