import { Refusal, type Reply, type ReplyErrorCode, replyErrors } from '@parley/protocol'
import { t } from './texts.ts'

/** What went wrong, by its code, in the page's language. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal)) return t('errors.internal')
  const words = t(`errors.${error.code}`)
  if (error.code !== 'rate.limited') return words
  const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1_000)
  return `${words} ${seconds > 0 ? t('waits.seconds', { count: seconds }) : t('waits.moment')}`
}

/** Why a reply failed; in the words that it came with where the page does not know its code. */
export function failureOf({ code, reason }: Extract<Reply, { status: 'failed' }>): string {
  return isKnown(code) ? t(`replyErrors.${code}`) : reason
}

function isKnown(code: string): code is ReplyErrorCode {
  return Object.hasOwn(replyErrors, code)
}
