/** Words are gathered this long: an eye sees no difference, and a frame a word would cost much more. */
const shortestMs = 40
/** And at most this long, when so many replies are under way that frames have to be fewer. */
const longestMs = 250
/** Frames that a worker tells in a second before it gathers longer. */
const framesPerSecond = 300

export type Pace = {
  /** The replies under way. */
  replies: Set<AbortController>
  /** How long words are to be gathered now, by how many replies are under way. */
  gatherMs(): number
  /** Calls back at the next beat, once however often it was asked to. */
  atNextBeat(act: () => void): void
}

/**
 * How finely replies are told: word by word for few of them, and in larger pieces where there are many. All replies of a
 * worker have one beat, so that it wakes up once for all of them, and what it tells goes out in one write.
 */
export function createPace(): Pace {
  const replies = new Set<AbortController>()
  let waiting = new Set<() => void>()

  function gatherMs(): number {
    return Math.min(longestMs, Math.max(shortestMs, (replies.size * 1_000) / framesPerSecond))
  }

  function beat(): void {
    const due = waiting
    waiting = new Set()
    for (const act of due) act()
  }

  return {
    replies,
    gatherMs,
    atNextBeat(act) {
      if (waiting.size === 0) setTimeout(beat, gatherMs())
      waiting.add(act)
    },
  }
}
