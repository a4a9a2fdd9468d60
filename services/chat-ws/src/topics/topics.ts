import type { TemplatedApp } from 'uWebSockets.js'
import { inSpan, SpanKind, takeMark } from '@parley/kit'
import type { Relay } from '@parley/relay'

/** How long a topic is kept after the last one let go: people come back soon. */
const lingerMs = 5_000

/** Who wants to know of a topic's frames beside the sockets, and of the node's letting go of it. */
export type Listener = {
  /** Before the sockets get the frame. One that is `taken` does not go to them. */
  onFrame(frame: Buffer): 'taken' | undefined
  onEnd?(): void
}

export type Topics = {
  /** Makes the node hear the topic, once however many hold it. Resolves when it does. The first one's listener is kept. */
  hold(topic: string, listener?: Listener): Promise<unknown>
  release(topic: string): void
  readonly size: number
  close(): void
}

type Topic = {
  holders: number
  ready: Promise<unknown>
  listener: Listener | undefined
  end: (() => void) | undefined
  linger: NodeJS.Timeout | undefined
}

/** The topics that a node hears. Frames go on to the sockets as the bytes they are: nothing is parsed. */
export function createTopics(app: TemplatedApp, relay: Relay, onRelayed: (sockets: number) => void): Topics {
  const topics = new Map<string, Topic>()

  function subscribe(name: string, listener: Listener | undefined): Topic {
    const topic: Topic = { holders: 0, ready: Promise.resolve(), listener, end: undefined, linger: undefined }
    topics.set(name, topic)
    const pass = (bytes: Buffer) => {
      const { frame, parent } = takeMark(bytes)
      if (parent === undefined) hand(frame)
      else inSpan('relay', { kind: SpanKind.CONSUMER, parent, attributes: { 'parley.topic': name } }, () => hand(frame))
    }
    const hand = (frame: Buffer) => {
      if (listener?.onFrame(frame) === 'taken') return
      app.publish(name, frame, false)
      onRelayed(app.numSubscribers(name))
    }
    topic.ready = relay.subscribe(name, pass).then((end) => {
      topic.end = end
      if (topics.get(name) !== topic) end() // let go before it stood
    })
    return topic
  }

  function end(name: string, topic: Topic): void {
    topics.delete(name)
    topic.end?.()
    topic.listener?.onEnd?.()
  }

  return {
    hold(name, listener) {
      const topic = topics.get(name) ?? subscribe(name, listener)
      topic.holders += 1
      clearTimeout(topic.linger)
      return topic.ready
    },
    release(name) {
      const topic = topics.get(name)
      if (!topic) return
      topic.holders -= 1
      if (topic.holders === 0) topic.linger = setTimeout(() => end(name, topic), lingerMs)
    },
    get size() {
      return topics.size
    },
    close() {
      for (const [name, topic] of topics) {
        clearTimeout(topic.linger)
        end(name, topic)
      }
    },
  }
}
