import { setTimeout as sleep } from 'node:timers/promises'
import type { Spoken, Told } from '../generator.ts'
import type { Connected } from '../sitters.ts'
import { startGenerator, type Workload, withTarget } from '../workload.ts'

const figures = {
  backMs: { label: 'all back and caught up after ms', digits: 0, better: 'less' },
  missing: { label: 'messages missing', digits: 0, better: 'less' },
  catchUpsPerRoom: { label: 'history’s catch-ups a room', digits: 2, better: 'less' },
} as const

const rooms = 100

/** One of two nodes dies while people write, and all of its sockets come to the other at once. */
export const storm: Workload<keyof typeof figures> = {
  name: 'storm',
  about: '5,000 sockets of a node that is killed come to the other one',
  figures,
  main: 'backMs',
  targets: ['Parley'],
  run: (bench) =>
    withTarget(bench, { rooms, socketsPerRoom: bench.quick ? 10 : 50, nodes: 2 }, async (target, generator) => {
      await generator.connect(target, await target.seats(0), 200)
      // Some others, who write, are on the node that lives on.
      const living = await startGenerator()
      try {
        // In half of the rooms: those are known there already, the others are not.
        const others = (await target.seats(1)).slice(0, rooms / 2)
        await living.connect(target, others)
        const before = await catchUps(target.historyUrl!)
        const talk = living.order<Spoken>({ do: 'speak', messagesPerSecond: 100, seconds: 12 })
        await sleep(2_000)
        const again = await target.seats(1, 5)
        process.kill(target.nodes[0]!, 'SIGKILL')
        const { ms } = await generator.order<Connected>({
          do: 'connect',
          dialect: target.dialect,
          seats: again,
          atOnce: 200,
        })
        const asked = (await catchUps(target.historyUrl!)) - before
        await talk
        await sleep(1_000)
        const told = await generator.order<Told>({ do: 'tell' })
        const heads = (await living.order<Told>({ do: 'tell' })).heads
        const short = told.heads.filter((head, at) => head < (heads[at % rooms] ?? 0)).length
        return { backMs: ms, missing: told.gaps + short, catchUpsPerRoom: asked / rooms }
      } finally {
        await living.close()
      }
    }),
}

/** How often history was asked what changed in a conversation, as its metrics tell. */
async function catchUps(historyUrl: string): Promise<number> {
  const metrics = await (await fetch(`${historyUrl}/metrics`)).text()
  const count = /_count{[^}]*route="\/internal\/changesSince"[^}]*} (\d+)/.exec(metrics)
  return Number(count?.[1] ?? 0)
}
