import { cpuSeconds } from '../child.ts'
import { withFlames } from '../flame.ts'
import type { Acknowledged } from '../generator.ts'
import { type Workload, withTarget } from '../workload.ts'

const figures = {
  acknowledgedPerSecond: { label: 'acknowledged/s', digits: 0, better: 'more' },
  ackP50Ms: { label: 'ack p50 ms at half of it', digits: 1, better: 'less' },
  ackP99Ms: { label: 'ack p99 ms at half of it', digits: 1, better: 'less' },
  nodeMicros: { label: 'node CPU µs a message', digits: 0, better: 'less' },
  historyMicros: { label: 'history CPU µs a message', digits: 0, better: 'less' },
} as const

/** How many messages can be stored: acknowledged, committed, numbered. No peer has a log, so none is measured. */
export const durableSend: Workload<keyof typeof figures> = {
  name: 'durable send',
  about: '100 rooms of 1 socket, each with 20 messages on their way',
  figures,
  main: 'acknowledgedPerSecond',
  targets: ['Parley'],
  run: (bench) =>
    withTarget(bench, { rooms: 100, socketsPerRoom: 1 }, async (target, generator) => {
      await generator.connect(target, await target.seats())
      const inFlight = 20
      await generator.order<Acknowledged>({ do: 'pump', inFlight, seconds: 3 }) // warm
      const used = () => [cpuSeconds(target.nodes[0]!), cpuSeconds(target.others.history!)] as const
      const before = used()
      const most = await generator.order<Acknowledged>({ do: 'pump', inFlight, seconds: bench.quick ? 3 : 8 })
      const after = used()
      const micros = (which: 0 | 1) => ((after[which] - before[which]) / most.acknowledged) * 1e6
      const pace = (seconds: number) =>
        generator.order<Acknowledged>({ do: 'pace', messagesPerSecond: most.perSecond / 2, seconds })
      await pace(bench.quick ? 1 : 3) // the crowd of before is gone
      const paced = await withFlames(target.nodes[0]!, bench.flames, () => pace(bench.quick ? 3 : 8))
      return {
        acknowledgedPerSecond: most.perSecond,
        ackP50Ms: paced.p50,
        ackP99Ms: paced.p99,
        nodeMicros: micros(0),
        historyMicros: micros(1),
      }
    }),
}
