import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { type Dialect, dialects } from './dialects.ts'
import type { Seat } from './target.ts'

// A process of its own, the same for all targets: it fills their seats, has the first of each room speak, and notes when
// each of the others hears it.

export type Order =
  | { do: 'connect'; dialect: Dialect['name']; seats: Seat[] }
  | { do: 'speak'; messagesPerSecond: number; seconds: number }

export type Connected = { ms: number }
export type Spoken = { sent: number; delivered: number; p50: number; p99: number }

/** Sockets that connect at the same time. */
const atOnce = 100
const messageBytes = 160
const stepMs = 5
/** Time for the last messages to arrive. */
const settleMs = 500
/** Before the moment it was sent at, in a message. */
const mark = '@'

const now = () => performance.timeOrigin + performance.now()
const latencies: number[] = []
let dialect: Dialect
let speakers: { socket: WebSocket; room: string }[] = []

async function connect(name: Dialect['name'], seats: Seat[]): Promise<Connected> {
  dialect = dialects[name]
  const startedAt = performance.now()
  const waiting = seats.entries()
  const sockets: WebSocket[] = []
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [at, seat] of waiting) sockets[at] = await sit(seat)
    }),
  )
  const ms = performance.now() - startedAt
  const byRoom = new Map(seats.map(({ room }, at) => [room, { socket: sockets[at]!, room }]))
  speakers = [...byRoom.values()]
  return { ms }
}

/** Connects and enters the room. */
function sit({ url, room }: Seat): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
    const prefix = Buffer.from(dialect.messagePrefix)
    socket.on('message', (data: Buffer) => {
      if (data.compare(prefix, 0, prefix.length, 0, prefix.length) === 0) {
        note(data)
        return
      }
      const frame = data.toString()
      const answer = dialect.answer?.(frame)
      if (answer) socket.send(answer)
      if (dialect.isReady(frame)) socket.send(dialect.enter(room))
      if (dialect.hasEntered(frame)) resolve(socket)
    })
  })
}

function note(data: Buffer): void {
  const at = data.indexOf(mark) + 1
  if (at > 0) latencies.push(now() - Number(data.toString('latin1', at, at + 17)))
}

async function speak(messagesPerSecond: number, seconds: number): Promise<Spoken> {
  latencies.length = 0
  const startedAt = performance.now()
  let sent = 0
  while (performance.now() - startedAt < seconds * 1_000) {
    const due = ((performance.now() - startedAt) * messagesPerSecond) / 1_000
    for (; sent < due; sent += 1) {
      const { socket, room } = speakers[sent % speakers.length]!
      const text = `${mark}${now().toFixed(3)} `.padEnd(messageBytes, '.')
      socket.send(dialect.say(room, text, randomUUID()))
    }
    await sleep(stepMs)
  }
  await sleep(settleMs)
  const sorted = Float64Array.from(latencies).sort()
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { sent, delivered: sorted.length, p50: quantile(0.5), p99: quantile(0.99) }
}

process.on('message', async (order: Order) => {
  const result =
    order.do === 'connect'
      ? await connect(order.dialect, order.seats)
      : await speak(order.messagesPerSecond, order.seconds)
  process.send!(result)
})
