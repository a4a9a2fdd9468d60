/** Where a conversation of the benchmark begins: who enters has missed nothing. */
export const firstSeq = 1

/** How a client speaks to a target. Everything is a text frame. */
export type Dialect = {
  name: 'parley' | 'socket.io' | 'bare'
  /** Whether the target speaks first; then `enter` waits for `isReady`. */
  isReady(frame: string): boolean
  enter(room: string): string
  hasEntered(frame: string): boolean
  say(room: string, text: string, id: string): string
  /** How a frame that carries somebody's message begins. */
  messagePrefix: string
  /** What keeps the connection alive, where the target asks for it. */
  answer?(frame: string): string | undefined
}

export const dialects: Record<Dialect['name'], Dialect> = {
  parley: {
    name: 'parley',
    isReady: (frame) => frame.startsWith('{"type":"welcome"'),
    enter: (room) => JSON.stringify({ type: 'open', id: 'o', conversation: room, since: firstSeq }),
    hasEntered: (frame) => frame.startsWith('{"type":"caught-up"'),
    say: (room, content, id) => JSON.stringify({ type: 'send', id, conversation: room, content }),
    messagePrefix: '{"type":"change"',
  },
  // Engine.IO 4 over WebSocket: `0` opens, `2` pings and `3` answers; `40` connects, `42` is an event.
  'socket.io': {
    name: 'socket.io',
    isReady: (frame) => frame.startsWith('40'),
    enter: (room) => `42${JSON.stringify(['enter', room])}`,
    hasEntered: (frame) => frame.startsWith('42["entered"'),
    say: (room, text) => `42${JSON.stringify(['say', room, text])}`,
    messagePrefix: '42["said"',
    answer: (frame) => (frame.startsWith('0') ? '40' : frame === '2' ? '3' : undefined),
  },
  bare: {
    name: 'bare',
    isReady: (frame) => frame === 'ready',
    enter: (room) => `+${room}`,
    hasEntered: (frame) => frame === 'entered',
    say: (room, text) => `${room} ${text}`,
    messagePrefix: '@',
  },
}
