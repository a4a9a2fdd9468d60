/** Words are gathered this long: an eye sees no difference, and a frame a word would cost much more. */
const shortestMs = 40
/** And at most this long, when so many replies are under way that frames have to be fewer. */
const longestMs = 250
/** Frames that a worker tells in a second before it gathers longer. */
const framesPerSecond = 300
/** How often a worker wakes up for those whose words are due: seldom, yet no beat is long enough to be waited for. */
const beatMs = 20

export type Pace = {
  /** The replies under way. */
  replies: Set<AbortController>
  /** How long words are to be gathered now, by how many replies are under way. */
  gatherMs(): number
  /** Calls back at the next beat after words were gathered long enough, once however often it was asked to. */
  whenGathered(act: () => void): void
}

/**
 * How finely replies are told: word by word for few of them, and in larger pieces where there are many. A worker wakes up at
 * beats, so that what is due by then is told together, in one write; and each reply has a beat of its own in turn, so
 * that no first word waits for the words of all others.
 */
export function createPace(): Pace {
  const replies = new Set<AbortController>()
  const waiting = new Map<() => void, number>()
  let beats: NodeJS.Timeout | undefined

  function gatherMs(): number {
    return Math.min(longestMs, Math.max(shortestMs, (replies.size * 1_000) / framesPerSecond))
  }

  function beat(): void {
    const now = performance.now()
    for (const [act, dueAt] of waiting) {
      if (dueAt > now) continue
      waiting.delete(act)
      act()
    }
    if (waiting.size > 0) return
    clearInterval(beats)
    beats = undefined
  }

  return {
    replies,
    gatherMs,
    whenGathered(act) {
      beats ??= setInterval(beat, beatMs)
      // Half a beat early rather than one late.
      if (!waiting.has(act)) waiting.set(act, performance.now() + gatherMs() - beatMs / 2)
    },
  }
}
