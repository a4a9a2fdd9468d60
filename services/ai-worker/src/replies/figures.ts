import { type Metrics, secondBuckets } from '@parley/kit'
import type { Usage } from '@parley/protocol'

const replySeconds = [0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320]

/** What a worker measures of its replies. */
export type Figures = {
  /** The model's first word came so long after the claim. */
  firstWord(seconds: number): void
  /** A reply left this worker so long after the claim: at its end, to be begun again, or because another has it. */
  ended(outcome: 'complete' | 'stopped' | 'failed' | 'again' | 'stale', seconds: number): void
  spent(usage: Usage): void
}

export function createFigures(metrics: Metrics): Figures {
  const firstWord = metrics.histogram(
    'parley_first_word_seconds',
    'Time from the claim of a reply to the model’s first word.',
    secondBuckets,
  )
  const replies = metrics.histogramBy(
    'parley_reply_duration_seconds',
    'Time from the claim of a reply until it left the worker, by how (complete, stopped, failed, again, stale).',
    { labels: ['outcome'], buckets: replySeconds },
  )
  const tokens = metrics.counterBy('parley_tokens_total', 'Tokens that models have read and written.', ['direction'])
  return {
    firstWord,
    ended: (outcome, seconds) => replies({ outcome }, seconds),
    spent({ inputTokens, outputTokens }) {
      tokens({ direction: 'in' }, inputTokens)
      tokens({ direction: 'out' }, outputTokens)
    },
  }
}
