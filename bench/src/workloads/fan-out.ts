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

function fanOut(name: string, about: string, size: Size, quickSize: Size): Workload<DeliveryFigure> {
  return {
    name,
    about,
    figures: deliveryFigures,
    main: 'deliveriesPerCpuSecond',
    targets: ['Parley', 'bare relay', 'Socket.IO', 'Centrifugo'],
    run: (bench) => run(bench, bench.quick ? quickSize : size),
  }
}

export const bigRoom = fanOut(
  'big room',
  '1 room of 1,000 sockets, 30 messages a second',
  { rooms: 1, socketsPerRoom: 1_000, messagesPerSecond: 30 },
  { rooms: 1, socketsPerRoom: 300, messagesPerSecond: 60 },
)

export const busyRoom = fanOut(
  'busy room',
  '1 room of 300 sockets, 1,000 messages a second: those of one turn of the loop share a write',
  { rooms: 1, socketsPerRoom: 300, messagesPerSecond: 1_000 },
  { rooms: 1, socketsPerRoom: 100, messagesPerSecond: 500 },
)

export const manyRooms = fanOut(
  'many rooms',
  '1,000 rooms of 5 sockets, 1,000 messages a second',
  { rooms: 1_000, socketsPerRoom: 5, messagesPerSecond: 1_000 },
  { rooms: 100, socketsPerRoom: 5, messagesPerSecond: 500 },
)
