import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Dialect, dialects } from './dialects.ts'
import { quantile } from './quantile.ts'
import { comeBack, connect, type Ears, hanging, type Sitter, sitters, speakers } from './sitters.ts'
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

export type Spoken = { sent: number; delivered: number; p50: number; p99: number }
export type Acknowledged = { acknowledged: number; perSecond: number; p50: number; p99: number }
export type Told = { open: number; heads: number[]; gaps: number }

const messageBytes = 160
const stepMs = 5
/** Time for the last messages to arrive. */
const settleMs = 500
/** Time to read what has waited. */
const thawMs = 3_000
/** Before the moment it was sent at, in a message. */
const mark = '@'

const now = () => performance.timeOrigin + performance.now()
let latencies: number[] = []
let delivered = 0
const asked = new Map<string, (ms: number) => void>()
let dialect: Dialect

const ears: Ears = {
  onDelivery({ isLazy }, data) {
    delivered += 1
    if (isLazy) return
    const at = data.indexOf(mark) + 1
    if (at > 0) latencies.push(now() - Number(data.toString('latin1', at, at + 17)))
  },
  onAcknowledgement(id) {
    const answered = asked.get(id)
    asked.delete(id)
    answered?.(now())
  },
}

const text = () => `${mark}${now().toFixed(3)} `.padEnd(messageBytes, '.')

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
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) }
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
      dialect = dialects[order.dialect]
      return connect(dialect, ears, order.seats, order.atOnce)
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
      return comeBack(dialect, ears, order.seats)
    case 'freeze':
      hanging().socket.pause()
      return {}
    case 'thaw':
      hanging().socket.resume()
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
