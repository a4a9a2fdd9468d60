/** Where a conversation of the benchmark begins: who enters has missed nothing. */
export const firstSeq = 1

/** How a client speaks to a target. Everything is a text frame. */
export type Dialect = {
  name: 'parley' | 'socket.io' | 'bare' | 'centrifugo'
  /** What it says first, where the target waits for that. */
  hello?: string
  /** Whether it may enter now. */
  isReady(frame: string): boolean
  enter(room: string, since: number): string
  hasEntered(frame: string): boolean
  /** Whether too much was missed to be told. */
  mustStartOver?(frame: string): boolean
  say(room: string, text: string, id: string): string
  /** How a frame that carries somebody's message begins. */
  messagePrefix: string
  /** How a piece of a reply that is being written begins, where that is told apart. */
  deltaPrefix?: string
  /** Whether messages carry a number, without gaps, that `seqIn` reads. */
  numbered?: true
  headOf?(frame: string): number
  /** How an acknowledgement begins, where there are any, and the id that it is of. */
  ackPrefix?: string
  ackedId?(frame: Buffer): string
  /** Whether a frame may hold several messages, one a line. */
  lines?: true
  /** What keeps the connection alive, where the target asks for it. */
  answer?(frame: string): string | undefined
}

const uuidLength = 36
const ackPrefix = '{"type":"ack","id":"'
const seqMark = ',"seq":'

export const dialects: Record<Dialect['name'], Dialect> = {
  parley: {
    name: 'parley',
    isReady: (frame) => frame.startsWith('{"type":"welcome"'),
    enter: (room, since) =>
      JSON.stringify({ type: 'open', id: 'o', conversation: room, since: Math.max(firstSeq, since) }),
    hasEntered: (frame) => frame.startsWith('{"type":"caught-up"'),
    mustStartOver: (frame) => frame.startsWith('{"type":"reset"'),
    headOf: (frame) => (JSON.parse(frame) as { head: number }).head,
    say: (room, content, id) => JSON.stringify({ type: 'send', id, conversation: room, content }),
    messagePrefix: '{"type":"change"',
    deltaPrefix: '{"type":"delta"',
    numbered: true,
    ackPrefix,
    ackedId: (frame) => frame.toString('latin1', ackPrefix.length, ackPrefix.length + uuidLength),
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
  // Its JSON protocol: commands with an id, replies with the same, pushes without; `{}` pings and is answered by `{}`.
  centrifugo: {
    name: 'centrifugo',
    hello: '{"id":1,"connect":{}}',
    isReady: (frame) => frame.startsWith('{"id":1,'),
    enter: (room) => JSON.stringify({ id: 2, subscribe: { channel: room } }),
    hasEntered: (frame) => frame.startsWith('{"id":2,'),
    say: (channel, data) => JSON.stringify({ id: 3, publish: { channel, data } }),
    messagePrefix: '{"push":{"channel"',
    lines: true,
    answer: (frame) => (frame === '{}' ? '{}' : undefined),
  },
}

/** The number of a message of a dialect that numbers them. */
export function seqIn(frame: Buffer): number {
  const at = frame.indexOf(seqMark) + seqMark.length
  return Number.parseInt(frame.toString('latin1', at, at + 12), 10)
}
