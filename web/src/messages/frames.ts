import { useEffect, useState } from 'react'

/** What is drawn of Markdown in one frame, in characters: some 5 ms of work on a laptop. */
export const frameChars = 500

const waiting = new Set<{ chars: number; work: () => void }>()
let isAsked = false
let spent = 0

/** Whether there is room to draw a text in this frame yet. Where there is not, it has its turn by `inItsFrame`. */
export function takeRoom(chars: number): boolean {
  if (spent >= frameChars) return false
  spent += chars
  askForFrame()
  return true
}

/**
 * Calls back in one of the next frames: however much there is to draw, no frame has much of it. What React defers
 * instead is drawn at once when it was put off for long, as it is while somebody scrolls.
 *
 * @returns takes it back
 */
export function inItsFrame(chars: number, work: () => void): () => void {
  const turn = { chars, work }
  waiting.add(turn)
  askForFrame()
  return () => void waiting.delete(turn)
}

function askForFrame(): void {
  if (isAsked) return
  isAsked = true
  requestAnimationFrame(() => setTimeout(next)) // after the frame: in a task of its own
}

function next(): void {
  isAsked = false
  spent = 0
  for (const turn of waiting) {
    if (spent >= frameChars) break
    waiting.delete(turn)
    spent += turn.chars
    turn.work()
  }
  if (waiting.size > 0 || spent > 0) askForFrame()
}

/**
 * Whether something has had its turn to be drawn: in one of the frames after what is drawn at once.
 *
 * @param chars what it takes, as if it were a text
 */
export function useTurn(chars: number): boolean {
  const [isHere, setHere] = useState(false)
  useEffect(() => (isHere ? undefined : inItsFrame(chars, () => setHere(true))), [isHere, chars])
  return isHere
}
