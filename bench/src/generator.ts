import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Dialect, dialects, seqIn } from './dialects.ts'
import { dial, type Socket } from './socket.ts'
import type { Seat } from './target.ts'

// A process of its own, the same for all targets: it fills their seats, speaks, and notes when what is said arrives. It
// shares the machine with what it measures, and reading costs it as much as sending costs them. So only those who speak
// and one of five others read at once and measure latencies; the rest read ten times a second, and only count.

export type Order =
  /** Fill the seats, so many at the same time; what is refused or closed comes again after a moment. */
  | { do: 'connect'; dialect: Dialect['name']; seats: Seat[]; atOnce: number }
  /** One of each room speaks, at an even pace. */
  | { do: 'speak'; messagesPerSecond: number; seconds: number }
  /** Each speaker has so many messages on their way that are not acknowledged yet. */
  | { do: 'pump'; inFlight: number; seconds: number }
  /** The same, but at a pace. */
  | { do: 'pace'; messagesPerSecond: number; seconds: number }
  /** Note what arrives, whoever speaks. */
  | { do: 'listen'; seconds: number }
  /** One socket reads no more, or again. */
  | { do: 'freeze' | 'thaw' }
  /** Those that were cut off come again. */
  | { do: 'return'; seats: Seat[] }
  /** How far each socket has come, and whether it missed something. */
  | { do: 'tell' }

export type Connected = { ms: number; refused: number }
export type Spoken = { sent: number; delivered: number; p50: number; p99: number }
export type Acknowledged = { acknowledged: number; perSecond: number; p50: number; p99: number }
export type Told = { open: number; heads: number[]; gaps: number }

/** A seat with whoever sits on it. */
type Sitter = { seat: Seat; socket: Socket; head: number; gaps: number; open: boolean; isLazy: boolean }

const messageBytes = 160
const stepMs = 5
/** Time for the last messages to arrive. */
const settleMs = 500
const comeAgainMs = 300
const oneOf = 5
/** Time to read what has waited. */
const thawMs = 3_000
const maxComings = 50
/** Before the moment it was sent at, in a message. */
const mark = '@'

const now = () => performance.timeOrigin + performance.now()
let latencies: number[] = []
let delivered = 0
const asked = new Map<string, (ms: number) => void>()
let dialect: Dialect
const sitters: Sitter[] = []

async function connect(name: Dialect['name'], seats: Seat[], atOnce: number): Promise<Connected> {
  dialect = dialects[name]
  const startedAt = performance.now()
  const waiting = seats.entries()
  let refused = 0
  const heads = sitters.map(({ head }) => head)
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [at, seat] of waiting) {
        for (let comings = 1; ; comings += 1) {
          try {
            sitters[at] = await sit(seat, seat.urls[(comings - 1) % seat.urls.length]!, heads[at] ?? 0)
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
function sit(seat: Seat, url: string, head: number): Promise<Sitter> {
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

    function take(data: Buffer): void {
      if (begins(data, prefix)) note(sitter, data)
      else if (delta && begins(data, delta)) time(sitter, data)
      else if (ack && begins(data, ack)) acknowledge(data)
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

function note(sitter: Sitter, data: Buffer): void {
  if (dialect.numbered) {
    const seq = seqIn(data)
    if (seq > sitter.head + 1) sitter.gaps += 1
    sitter.head = Math.max(sitter.head, seq)
  }
  time(sitter, data)
}

function time({ isLazy }: Sitter, data: Buffer): void {
  delivered += 1
  if (isLazy) return
  const at = data.indexOf(mark) + 1
  if (at > 0) latencies.push(now() - Number(data.toString('latin1', at, at + 17)))
}

function acknowledge(data: Buffer): void {
  const id = dialect.ackedId!(data)
  const answered = asked.get(id)
  asked.delete(id)
  answered?.(now())
}

const text = () => `${mark}${now().toFixed(3)} `.padEnd(messageBytes, '.')
const speakers = () =>
  [...new Map([...sitters].reverse().map((sitter) => [sitter.seat.room, sitter])).values()].reverse()

/** Calls `once` so many times a second, evenly. */
async function evenly(perSecond: number, seconds: number, once: (count: number) => void): Promise<number> {
  const startedAt = performance.now()
  let count = 0
  while (performance.now() - startedAt < seconds * 1_000) {
    const due = ((performance.now() - startedAt) * perSecond) / 1_000
    for (; count < due; count += 1) once(count)
    await sleep(stepMs)
  }
  return count
}

async function speak(messagesPerSecond: number, seconds: number): Promise<Spoken> {
  latencies = []
  delivered = 0
  const all = speakers()
  const sent = await evenly(messagesPerSecond, seconds, (count) => {
    const { socket, seat } = all[count % all.length]!
    socket.send(dialect.say(seat.room, text(), randomUUID()))
  })
  await sleep(settleMs)
  return { sent, delivered, ...spread(latencies) }
}

async function listen(seconds: number): Promise<Spoken> {
  latencies = []
  delivered = 0
  await sleep(seconds * 1_000)
  return { sent: 0, delivered, ...spread(latencies) }
}

/** Says something, and resolves with the moment of its acknowledgement. */
function sayAndWait({ socket, seat }: Sitter): Promise<number> {
  return new Promise((resolve) => {
    const id = randomUUID()
    asked.set(id, resolve)
    socket.send(dialect.say(seat.room, text(), id))
  })
}

async function pump(inFlight: number, seconds: number): Promise<Acknowledged> {
  const startedAt = now()
  const waits: number[] = []
  let over = false
  const all = speakers().flatMap((sitter) => Array.from({ length: inFlight }, () => sitter))
  const done = Promise.all(
    all.map(async (sitter) => {
      while (!over) {
        const askedAt = now()
        const answeredAt = await sayAndWait(sitter)
        if (!over) waits.push(answeredAt - askedAt)
      }
    }),
  )
  await sleep(seconds * 1_000)
  over = true
  const tookMs = now() - startedAt
  await done
  return { acknowledged: waits.length, perSecond: (waits.length / tookMs) * 1_000, ...spread(waits) }
}

async function pace(messagesPerSecond: number, seconds: number): Promise<Acknowledged> {
  const all = speakers()
  const waits: number[] = []
  const under: Promise<void>[] = []
  await evenly(messagesPerSecond, seconds, (count) => {
    const askedAt = now()
    const answered = sayAndWait(all[count % all.length]!)
    under.push(answered.then((at) => void waits.push(at - askedAt)))
  })
  await Promise.all(under)
  return { acknowledged: waits.length, perSecond: waits.length / seconds, ...spread(waits) }
}

function spread(values: number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(values).sort()
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: quantile(0.5), p99: quantile(0.99) }
}

/** The one that hangs: it does not speak. */
function frozen(): Sitter {
  return sitters[oneOf]!
}

async function comeBack(seats: Seat[]): Promise<{ back: number }> {
  let back = 0
  for (const [at, { open, head, gaps }] of sitters.entries()) {
    if (open) continue
    sitters[at] = await sit(seats[at]!, seats[at]!.urls[0]!, head)
    sitters[at].gaps = gaps
    back += 1
  }
  return { back }
}

function tell(): Told {
  return {
    open: sitters.filter(({ open }) => open).length,
    heads: sitters.map(({ head }) => head),
    gaps: sitters.reduce((sum, { gaps }) => sum + gaps, 0),
  }
}

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'connect':
      return connect(order.dialect, order.seats, order.atOnce)
    case 'speak':
      return speak(order.messagesPerSecond, order.seconds)
    case 'pump':
      return pump(order.inFlight, order.seconds)
    case 'pace':
      return pace(order.messagesPerSecond, order.seconds)
    case 'listen':
      return listen(order.seconds)
    case 'tell':
      return tell()
    case 'return':
      return comeBack(order.seats)
    case 'freeze':
      frozen().socket.pause()
      return {}
    case 'thaw':
      frozen().socket.resume()
      await sleep(thawMs)
      return {}
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send!(result),
    (error: Error) => process.send!({ error: error.message }),
  )
})
