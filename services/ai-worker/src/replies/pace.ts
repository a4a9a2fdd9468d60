/** Words are gathered this long: an eye sees no difference, and a frame a word would cost much more. */
const shortestMs = 40
/** And at most this long, when so many replies are under way that frames have to be fewer. */
const longestMs = 150
/** Frames that a worker tells in a second before it gathers longer. */
const framesPerSecond = 1_000

export type Pace = {
  /** The replies under way. */
  replies: Set<AbortController>
  /** How long words are to be gathered now, by how many replies are under way. */
  gatherMs: () => number
}

/** How finely replies are told: word by word for few of them, and in larger pieces where there are many. */
export function createPace(): Pace {
  const replies = new Set<AbortController>()
  return {
    replies,
    gatherMs: () => Math.min(longestMs, Math.max(shortestMs, (replies.size * 1_000) / framesPerSecond)),
  }
}
