import { setTimeout as sleep } from 'node:timers/promises'
import { residentBytes } from '../child.ts'
import { type Workload, withTarget } from '../workload.ts'

const figures = {
  kibPerSocket: { label: 'KiB a socket', digits: 1, better: 'less' },
  connectsPerSecond: { label: 'connects/s', digits: 0, better: 'more' },
} as const

/** Time for a node to give back the memory that connecting took. */
const settleMs = 10_000

/** What sockets cost that only listen, and how fast they come. */
export const idle: Workload<keyof typeof figures> = {
  name: 'idle',
  about: '10,000 sockets in 100 rooms: connect, enter, and listen',
  figures,
  main: 'kibPerSocket',
  targets: ['Parley', 'bare relay', 'Socket.IO', 'Centrifugo'],
  run: (bench) =>
    withTarget(bench, { rooms: 100, socketsPerRoom: bench.quick ? 20 : 100 }, async (target, generator) => {
      const seats = await target.seats()
      const before = residentBytes(target.nodes[0]!)
      const { ms } = await generator.connect(target, seats, 200)
      await sleep(bench.quick ? 2_000 : settleMs)
      return {
        kibPerSocket: (residentBytes(target.nodes[0]!) - before) / 1_024 / seats.length,
        connectsPerSecond: (seats.length / ms) * 1_000,
      }
    }),
}
