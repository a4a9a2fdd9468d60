import { Refusal } from '@parley/protocol'
import type { SocketState } from './sockets.ts'

/** How many seconds' worth of commands may come at once. */
const burstSeconds = 2
/** Commands under way for one socket at most. */
const maxUnderWay = 256
const busyMs = 250
/** A client that goes on this long after being told to slow down is not going to. */
const maxRefusedInRow = 500

export type Verdict = 'go' | 'flooding' | Refusal

/** Takes one command off a socket's budget (a token bucket). */
export function takeCommand(state: SocketState, perSecond: number, nowMs = Date.now()): Verdict {
  const most = perSecond * burstSeconds
  state.budget = Math.min(most, state.budget + ((nowMs - state.budgetAt) / 1000) * perSecond)
  state.budgetAt = nowMs
  if (state.budget >= 1 && state.underWay < maxUnderWay) {
    state.budget -= 1
    state.refusedInRow = 0
    return 'go'
  }
  state.refusedInRow += 1
  if (state.refusedInRow > maxRefusedInRow) return 'flooding'
  return new Refusal('rate.limited', 'That was too fast. Slow down a little.', {
    // Too many under way: by then they are done.
    retryAfterMs: Math.max(state.budget >= 1 ? busyMs : 0, (1000 / perSecond) * Math.min(most, state.refusedInRow)),
  })
}
