import type { Listener, Topics } from '../topics/topics.ts'
import type { Socket } from './sockets.ts'

/** Lets a socket hear a topic until it closes, or until `unhear`. Resolves when it does. */
export async function hear(socket: Socket, topics: Topics, topic: string, listener?: Listener): Promise<void> {
  const state = socket.getUserData()
  if (state.closed || state.topics.has(topic)) return
  state.topics.add(topic)
  await topics.hold(topic, listener)
  if (!state.closed && state.topics.has(topic)) socket.subscribe(topic)
}

/** Lets a socket hear a topic no more. */
export function unhear(socket: Socket, topics: Topics, topic: string): void {
  const state = socket.getUserData()
  if (!state.topics.delete(topic)) return
  if (!state.closed) socket.unsubscribe(topic)
  topics.release(topic)
}
