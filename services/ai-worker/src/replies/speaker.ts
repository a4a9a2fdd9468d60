import { markFrame } from '@parley/kit'
import { encodeFrame, partialKey, topics } from '@parley/protocol'
import type { Exchange } from '@parley/relay'
import type { Pace } from './pace.ts'

/** How long the partial text outlives its last word: longer than any takeover takes. */
const partialTtlMs = 15 * 60_000

type Reply = { conversation: string; message: string; attempt: number }

export type Speaker = {
  /** Tells a piece of the transcript. */
  say(piece: string): void
  /** All that was said. */
  readonly transcript: string
  /** Tells what is left, and no more. */
  end(): void
}

/**
 * Tells a reply while it is written: to those who look on, and for those who come later, as the partial transcript. The
 * first words go out at once, as one waits for them; the following ones are gathered.
 *
 * @param prefix what an earlier attempt has written, which this one goes on from; told at once
 * @param pace says how long words are gathered before they are told
 */
export function createSpeaker(
  { conversation, message, attempt }: Reply,
  { relay, scratch }: Exchange,
  prefix: string,
  pace: Pace,
): Speaker {
  const key = partialKey(message, attempt)
  let transcript = prefix
  let told = 0
  let keptBytes = 0
  let toldAt = performance.now() - pace.gatherMs()
  let ended = false
  let due = false
  let isFirst = true

  function flush(): void {
    due = false
    const until = endOfWholeCharacters(transcript)
    if (until === told) return
    toldAt = performance.now()
    const piece = transcript.slice(told, until)
    // Kept first, then told: whoever reads the kept text hears all that is not in it.
    keep(piece)
    const frame = encodeFrame({ type: 'delta', conversation, message, attempt, offset: told, text: piece })
    // Of a reply's many pieces the first one is traced on its way.
    relay.publish(topics.live(conversation), isFirst ? markFrame(frame) : frame)
    isFirst = false
    told = until
  }

  function keep(piece: string): void {
    keptBytes += Buffer.byteLength(piece)
    const expected = keptBytes
    scratch
      .append(key, piece, partialTtlMs)
      .catch(() => 0)
      .then((bytes) => {
        // It was away, or has forgotten: all that was told by now replaces what is there.
        if (bytes !== expected) return scratch.put(key, transcript.slice(0, told), partialTtlMs)
      })
      .catch(() => {})
  }

  flush()
  return {
    say(piece) {
      transcript += piece
      if (due || ended) return
      due = true
      // Words that were gathered on their way here are told with all that came with them, and not gathered again.
      if (performance.now() - toldAt > pace.gatherMs() / 2) setImmediate(flush)
      else pace.whenGathered(flush)
    },
    get transcript() {
      return transcript
    },
    end() {
      flush()
      ended = true
    },
  }
}

/** A character of two code units is not told by halves. */
function endOfWholeCharacters(text: string): number {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.length - 1 : text.length
}
