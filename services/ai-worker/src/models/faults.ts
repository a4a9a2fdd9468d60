import { APICallError } from '@ai-sdk/provider'
import type { ReplyErrorCode } from '@parley/protocol'
import { ModelError } from './model.ts'

/** What a provider's fault means: `docs/replies.md` has the table. Neither keys nor addresses get into the words. */
export function explainFault(error: unknown, spoken: boolean): ModelError {
  if (error instanceof ModelError) return error
  if (!APICallError.isInstance(error)) return new ModelError(codeOfBroken(error, spoken), { cause: error })
  // The answer began well, and then something was wrong with the stream.
  const inStream = error.statusCode !== undefined && error.statusCode < 300
  const code = inStream ? codeOfBroken(error.cause, spoken) : codeOfStatus(error)
  return new ModelError(code, { cause: error, retryAfterMs: readRetryAfter(error.responseHeaders) })
}

function codeOfStatus({ statusCode, message, responseBody = '' }: APICallError): ReplyErrorCode {
  if (/context.?length|context window|too long|too many tokens/i.test(`${message} ${responseBody}`))
    return 'context.too_long'
  if (/content.?(filter|policy)/i.test(responseBody)) return 'provider.content_filter'
  switch (statusCode) {
    case undefined:
      return 'provider.unavailable' // it could not even be reached
    case 401:
    case 403:
      return 'provider.key_refused'
    case 404:
      return 'model.unknown'
    case 408:
      return 'provider.timeout'
    case 429:
      return 'provider.rate_limited'
    default:
      return statusCode >= 500 ? 'provider.unavailable' : 'provider.failed'
  }
}

/** A stream that broke: something unreadable came, or nothing any more. */
function codeOfBroken(error: unknown, spoken: boolean): ReplyErrorCode {
  const name = error instanceof Error ? error.name : ''
  if (/JSONParse|TypeValidation|InvalidResponse|EmptyResponse/i.test(name)) return 'provider.malformed'
  return spoken || /terminated|aborted|socket|ECONN/i.test(String(error)) ? 'provider.cut' : 'provider.unavailable'
}

/** `retry-after` of RFC 9110: seconds or a date; in milliseconds, where it is there and means something. */
function readRetryAfter(headers: Record<string, string> | undefined): number | undefined {
  const value = headers?.['retry-after']
  if (!value) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}
