const waiting = new Set<() => void>()
let isAsked = false

/**
 * Calls back in one of the next frames, one caller in each: however much there is to draw, no frame has much of it. What
 * React defers instead is drawn at once when it was put off for long, as it is while somebody scrolls.
 *
 * @returns takes it back
 */
export function inItsFrame(work: () => void): () => void {
  waiting.add(work)
  askForFrame()
  return () => void waiting.delete(work)
}

function askForFrame(): void {
  if (isAsked || waiting.size === 0) return
  isAsked = true
  requestAnimationFrame(next)
}

function next(): void {
  isAsked = false
  const [work] = waiting
  if (!work) return
  waiting.delete(work)
  askForFrame()
  work()
}
