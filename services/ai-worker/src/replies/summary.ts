import type { Claim, History } from '@parley/history-client'
import type { Logger } from '@parley/kit'
import { plainText } from '@parley/protocol'
import type { Model } from '../models/model.ts'

const withinMs = 60_000
const maxChars = 8_000

type Deps = { history: History; small: Model; log: Logger }

/**
 * Sums up what no longer fits into what the model may read, for the replies to come. Where that fails, the next reply
 * finds it still to be done.
 */
export async function sumUp({ history, small, log }: Deps, conversation: string, claim: Claim): Promise<void> {
  const { overflow, summary } = claim
  if (!overflow) return
  try {
    const text = await small.summarise(summary, overflow.messages, AbortSignal.timeout(withinMs))
    const content = plainText(text).trim().slice(0, maxChars)
    const { until, covers } = overflow
    if (content) await history.keepSummary({ conversation, until, covers, content })
  } catch (error) {
    log.warn({ conversation, reason: (error as Error).message }, 'a summary could not be made')
  }
}
