import { cpuSeconds } from '../child.ts'
import { withFlames } from '../flame.ts'
import type { Spoken } from '../generator.ts'
import { type Bench, type DeliveryFigure, deliveryFigures, type Workload, withTarget } from '../workload.ts'

type Size = { rooms: number; socketsPerRoom: number; messagesPerSecond: number }

async function run(bench: Bench, { messagesPerSecond, ...scene }: Size): Promise<Record<DeliveryFigure, number>> {
  return withTarget(bench, scene, async (target, generator) => {
    await generator.connect(target, await target.seats())
    await generator.order<Spoken>({ do: 'speak', messagesPerSecond, seconds: bench.quick ? 2 : 6 }) // warm
    const node = target.nodes[0]!
    const before = cpuSeconds(node)
    const measured = { do: 'speak', messagesPerSecond, seconds: bench.quick ? 3 : 8 } as const
    const speak = () => generator.order<Spoken>(measured)
    const { sent, delivered, p50, p99 } = await withFlames(node, bench.flames, speak)
    return {
      deliveriesPerCpuSecond: delivered / (cpuSeconds(node) - before),
      p50Ms: p50,
      p99Ms: p99,
      deliveredPercent: (100 * delivered) / (sent * scene.socketsPerRoom),
    }
  })
}

export const bigRoom: Workload<DeliveryFigure> = {
  name: 'big room',
  about: '1 room of 1,000 sockets, 30 messages a second',
  figures: deliveryFigures,
  main: 'deliveriesPerCpuSecond',
  targets: ['Parley', 'bare relay', 'Socket.IO', 'Centrifugo'],
  run: (bench) =>
    run(bench, { rooms: 1, socketsPerRoom: bench.quick ? 300 : 1_000, messagesPerSecond: bench.quick ? 60 : 30 }),
}

export const busyRoom: Workload<DeliveryFigure> = {
  name: 'busy room',
  about: '1 room of 300 sockets, 1,000 messages a second: those of one turn of the loop share a write',
  figures: deliveryFigures,
  main: 'deliveriesPerCpuSecond',
  targets: ['Parley', 'bare relay', 'Socket.IO', 'Centrifugo'],
  run: (bench) =>
    run(bench, { rooms: 1, socketsPerRoom: bench.quick ? 100 : 300, messagesPerSecond: bench.quick ? 500 : 1_000 }),
}

export const manyRooms: Workload<DeliveryFigure> = {
  name: 'many rooms',
  about: '1,000 rooms of 5 sockets, 1,000 messages a second',
  figures: deliveryFigures,
  main: 'deliveriesPerCpuSecond',
  targets: ['Parley', 'bare relay', 'Socket.IO', 'Centrifugo'],
  run: (bench) =>
    run(bench, { rooms: bench.quick ? 100 : 1_000, socketsPerRoom: 5, messagesPerSecond: bench.quick ? 500 : 1_000 }),
}
