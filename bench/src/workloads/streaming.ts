import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuSeconds, endChild, startChild } from '../child.ts'
import { withFlames } from '../flame.ts'
import type { Spoken } from '../generator.ts'
import type { Writing } from '../servers/writers.ts'
import { ask, type DeliveryFigure, deliveryFigures, type Workload, withTarget } from '../workload.ts'

const socketsPerRoom = 5
const piecesPerSecond = 50

/** Replies that are being written, from a worker's publish to the viewers' sockets. */
export const aiStreaming: Workload<DeliveryFigure> = {
  name: 'AI streaming',
  about: '200 replies of 50 pieces a second, 5 viewers each',
  figures: deliveryFigures,
  main: 'p99Ms',
  targets: ['Parley', 'bare relay', 'Socket.IO', 'Centrifugo'],
  run: (bench) =>
    withTarget(bench, { rooms: bench.quick ? 50 : 200, socketsPerRoom }, async (target, generator) => {
      const seats = await target.seats()
      await generator.connect(target, seats)
      const writers = startChild(join(import.meta.dirname, '../servers/writers.ts'), { REDIS_URL: bench.redisUrl })
      const write = (seconds: number) => {
        const { dialect, rooms } = target
        const port = Number(new URL(seats[0]!.urls[0]!).port)
        return ask<{ pieces: number }>(writers, { dialect, rooms, piecesPerSecond, seconds, port } satisfies Writing)
      }
      try {
        await write(bench.quick ? 2 : 5) // warm
        await sleep(500)
        const seconds = bench.quick ? 3 : 8
        const before = cpuSeconds(target.nodes[0]!)
        const heard = generator.order<Spoken>({ do: 'listen', seconds: seconds + 1 })
        const { pieces } = await withFlames(target.nodes[0]!, bench.flames, () => write(seconds))
        const { delivered, p50, p99 } = await heard
        return {
          deliveriesPerCpuSecond: delivered / (cpuSeconds(target.nodes[0]!) - before),
          p50Ms: p50,
          p99Ms: p99,
          deliveredPercent: (100 * delivered) / (pieces * socketsPerRoom),
        }
      } finally {
        await endChild(writers)
      }
    }),
}
