import type { TemplatedApp } from 'uWebSockets.js'
import { seqOf } from '@parley/protocol'
import type { Relay } from '@parley/relay'

/** How long a topic is kept after the last one let go: people come back soon. */
const lingerMs = 5_000
/** Frames that a recording keeps at most; one that overflows has to be made again. */
const maxRecorded = 2_000

/** The frames that passed since a moment; `undefined` when there were too many. */
type Recording = { end(): Buffer[] | undefined }

export type Topics = {
  /** Makes the node hear the topic, once however many hold it. Resolves when it does. */
  hold(topic: string): Promise<void>
  release(topic: string): void
  /** Keeps the frames that pass on a topic that is held, until the recording ends. */
  record(topic: string): Recording
  /** The newest `seq` of a change that passed on the topic, or was told to who hears it; 0 for none. */
  seen(topic: string): number
  saw(topic: string, seq: number): void
  readonly size: number
  close(): void
}

type Topic = {
  holders: number
  ready: Promise<unknown>
  end: (() => void) | undefined
  linger: NodeJS.Timeout | undefined
  seen: number
  recordings: Set<Buffer[]>
}

/**
 * The topics that a node hears. Frames go on to the sockets as the bytes they are: nothing is parsed.
 *
 * @param onUserFrame gets each frame of a user's topic, because some are meant for the node as well
 */
export function createTopics(
  app: TemplatedApp,
  relay: Relay,
  onUserFrame: (user: string, frame: Buffer) => void,
  onDelivered: () => void,
): Topics {
  const topics = new Map<string, Topic>()

  function relayTo(name: string, topic: Topic): (frame: Buffer) => void {
    const user = name.startsWith('u:') ? name.slice(2) : undefined
    return (frame) => {
      topic.seen = Math.max(topic.seen, seqOf(frame))
      for (const recording of topic.recordings) if (recording.length <= maxRecorded) recording.push(frame)
      app.publish(name, frame, false)
      onDelivered()
      if (user !== undefined) onUserFrame(user, frame)
    }
  }

  function subscribe(name: string): Topic {
    const topic: Topic = {
      holders: 0,
      ready: Promise.resolve(),
      end: undefined,
      linger: undefined,
      seen: 0,
      recordings: new Set(),
    }
    topics.set(name, topic)
    topic.ready = relay.subscribe(name, relayTo(name, topic)).then((end) => {
      topic.end = end
      if (topics.get(name) !== topic) end() // let go before it stood
    })
    return topic
  }

  return {
    async hold(name) {
      const topic = topics.get(name) ?? subscribe(name)
      topic.holders += 1
      clearTimeout(topic.linger)
      await topic.ready
    },
    release(name) {
      const topic = topics.get(name)
      if (!topic) return
      topic.holders -= 1
      if (topic.holders > 0) return
      topic.linger = setTimeout(() => {
        topics.delete(name)
        topic.end?.()
      }, lingerMs)
    },
    record(name) {
      const topic = topics.get(name)
      const frames: Buffer[] = []
      topic?.recordings.add(frames)
      return {
        end() {
          topic?.recordings.delete(frames)
          return frames.length > maxRecorded ? undefined : frames
        },
      }
    },
    seen: (name) => topics.get(name)?.seen ?? 0,
    saw(name, seq) {
      const topic = topics.get(name)
      if (topic) topic.seen = Math.max(topic.seen, seq)
    },
    get size() {
      return topics.size
    },
    close() {
      for (const topic of topics.values()) {
        clearTimeout(topic.linger)
        topic.end?.()
      }
      topics.clear()
    },
  }
}
