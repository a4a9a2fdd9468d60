import { cpuSeconds } from '../child.ts'
import type { Spoken } from '../generator.ts'
import { type Bench, type Workload, withTarget } from '../workload.ts'

const figures = {
  ratio: { label: 'a delivery’s cost on 4 nodes, to that on 1', digits: 2, better: 'less' },
  onOne: { label: 'CPU µs on 1', digits: 1, better: 'less' },
  onFour: { label: 'on 4', digits: 1, better: 'less' },
  leastShare: { label: 'least share of a node %', digits: 0, better: 'more' },
} as const

/** What spreading the same sockets over more nodes costs them all together. */
export const spread: Workload<keyof typeof figures> = {
  name: 'spread',
  about: 'the big room on 1 node, and spread over 4',
  figures,
  main: 'ratio',
  targets: ['Parley'],
  async run(bench) {
    const [one, four] = [await measure(bench, 1), await measure(bench, 4)]
    return { ratio: four.micros / one.micros, onOne: one.micros, onFour: four.micros, leastShare: four.leastShare }
  },
}

function measure(bench: Bench, nodes: number): Promise<{ micros: number; leastShare: number }> {
  const scene = { rooms: 1, socketsPerRoom: bench.quick ? 300 : 1_000, nodes }
  return withTarget(bench, scene, async (target, generator) => {
    const all = await Promise.all(target.nodes.map((_, node) => target.seats(node)))
    await generator.connect(
      target,
      all[0]!.map((_, at) => all[at % nodes]![at]!),
    )
    const messagesPerSecond = bench.quick ? 60 : 30
    await generator.order<Spoken>({ do: 'speak', messagesPerSecond, seconds: bench.quick ? 2 : 6 }) // warm
    const before = target.nodes.map(cpuSeconds)
    const { delivered } = await generator.order<Spoken>({
      do: 'speak',
      messagesPerSecond,
      seconds: bench.quick ? 3 : 10,
    })
    const used = target.nodes.map((node, at) => cpuSeconds(node) - before[at]!)
    const sum = used.reduce((total, seconds) => total + seconds, 0)
    return { micros: (sum / delivered) * 1e6, leastShare: (100 * Math.min(...used)) / sum }
  })
}
