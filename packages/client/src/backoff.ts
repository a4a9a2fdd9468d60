/**
 * How long to wait before the next try, in milliseconds: full jitter over an exponentially growing span, so that many
 * who were cut off together do not come back together. After AWS Architecture Blog, "Exponential Backoff And Jitter".
 *
 * @param attempt 0 for the first try after a failure
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const spanMs = Math.min(longestMs, firstMs * 2 ** attempt)
  return Math.round(leastMs + random() * (spanMs - leastMs))
}

const leastMs = 50
const firstMs = 500
const longestMs = 8_000
