import { setTimeout as sleep } from 'node:timers/promises'
import { type Dialect, seqIn } from './dialects.ts'
import { dial, type Socket } from './socket.ts'
import type { Seat } from './target.ts'

// Who sits on the seats of a target: how they come, come again, and which of them speak.

/** A seat with whoever sits on it. */
export type Sitter = { seat: Seat; socket: Socket; head: number; gaps: number; open: boolean; isLazy: boolean }

export type Connected = { ms: number; refused: number }

/** What a sitter hears. */
export type Ears = {
  onDelivery(sitter: Sitter, data: Buffer): void
  onAcknowledgement(id: string): void
}

const comeAgainMs = 300
const maxComings = 50
const oneOf = 5

export const sitters: Sitter[] = []

/** The first of each room. */
export const speakers = (): Sitter[] =>
  [...new Map([...sitters].reverse().map((sitter) => [sitter.seat.room, sitter])).values()].reverse()

/** The one that hangs: it does not speak. */
export const hanging = (): Sitter => sitters[oneOf]!

/** Fills the seats, so many at the same time. Who sat there before goes on from the last change that it saw. */
export async function connect(dialect: Dialect, ears: Ears, seats: Seat[], atOnce: number): Promise<Connected> {
  const startedAt = performance.now()
  const waiting = seats.entries()
  let refused = 0
  const heads = sitters.map(({ head }) => head)
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [at, seat] of waiting) {
        for (let comings = 1; ; comings += 1) {
          try {
            sitters[at] = await sit(dialect, ears, seat, seat.urls[(comings - 1) % seat.urls.length]!, heads[at] ?? 0)
            break
          } catch (error) {
            refused += 1
            if (refused === 1) process.stderr.write(`a socket was refused: ${(error as Error).message}\n`)
            if (comings >= maxComings) throw error
            await sleep(comeAgainMs * (0.5 + Math.random()))
          }
        }
      }
    }),
  )
  const ms = performance.now() - startedAt
  const eager = new Set(speakers())
  for (const [at, sitter] of sitters.entries()) {
    if (eager.has(sitter) || at % oneOf === 0) continue
    sitter.isLazy = true
    sitter.socket.readLazily()
  }
  return { ms, refused }
}

/** Connects and enters the room, from the last change on that was seen there. */
function sit(dialect: Dialect, ears: Ears, seat: Seat, url: string, head: number): Promise<Sitter> {
  return new Promise((resolve, reject) => {
    const prefix = Buffer.from(dialect.messagePrefix)
    const delta = dialect.deltaPrefix === undefined ? undefined : Buffer.from(dialect.deltaPrefix)
    const ack = dialect.ackPrefix === undefined ? undefined : Buffer.from(dialect.ackPrefix)
    const begins = (data: Buffer, start: Buffer) =>
      data.length >= start.length && data.compare(start, 0, start.length, 0, start.length) === 0
    const sitter: Sitter = { seat, socket: undefined as never, head, gaps: 0, open: true, isLazy: false }
    sitter.socket = dial(url, {
      onOpen() {
        if (dialect.hello) sitter.socket.send(dialect.hello)
      },
      onFrame(data) {
        if (!dialect.lines) take(data)
        else for (const line of linesOf(data)) take(line)
      },
      onClose(reason) {
        sitter.open = false
        reject(new Error(reason))
      },
    })

    function hear(data: Buffer): void {
      if (dialect.numbered) {
        const seq = seqIn(data)
        if (seq > sitter.head + 1) sitter.gaps += 1
        sitter.head = Math.max(sitter.head, seq)
      }
      ears.onDelivery(sitter, data)
    }

    function take(data: Buffer): void {
      if (begins(data, prefix)) hear(data)
      else if (delta && begins(data, delta)) ears.onDelivery(sitter, data)
      else if (ack && begins(data, ack)) ears.onAcknowledgement(dialect.ackedId!(data))
      else {
        const frame = data.toString()
        const answer = dialect.answer?.(frame)
        if (answer) sitter.socket.send(answer)
        if (dialect.isReady(frame)) sitter.socket.send(dialect.enter(seat.room, sitter.head))
        if (dialect.mustStartOver?.(frame)) {
          sitter.head = dialect.headOf!(frame) // a page would load the newest messages now
          sitter.socket.send(dialect.enter(seat.room, sitter.head))
        }
        if (dialect.hasEntered(frame)) {
          sitter.head = Math.max(sitter.head, dialect.headOf?.(frame) ?? 0)
          resolve(sitter)
        }
      }
    }
  })
}

function* linesOf(data: Buffer): Generator<Buffer> {
  for (let start = 0; start < data.length; ) {
    const end = data.indexOf('\n', start)
    yield data.subarray(start, end < 0 ? data.length : end)
    if (end < 0) return
    start = end + 1
  }
}

/** Those that were cut off come again. */
export async function comeBack(dialect: Dialect, ears: Ears, seats: Seat[]): Promise<{ back: number }> {
  let back = 0
  for (const [at, { open, head, gaps }] of sitters.entries()) {
    if (open) continue
    sitters[at] = await sit(dialect, ears, seats[at]!, seats[at]!.urls[0]!, head)
    sitters[at].gaps = gaps
    back += 1
  }
  return { back }
}
