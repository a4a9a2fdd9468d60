import { residentBytes } from '../child.ts'
import type { Spoken, Told } from '../generator.ts'
import type { Connected } from '../sitters.ts'
import { type Workload, withTarget } from '../workload.ts'

const figures = {
  grownKib: { label: 'node grew by KiB', digits: 0, better: 'less' },
  grownBefore: { label: 'and without it', digits: 0, better: 'less' },
  p99Before: { label: 'p99 ms of the others before', digits: 1, better: 'less' },
  p99Ms: { label: 'and meanwhile', digits: 1, better: 'less' },
  missing: { label: 'messages missing once it is back', digits: 0, better: 'less' },
} as const

/** One socket of a busy room reads nothing for a minute, and then comes back. */
export const slowReader: Workload<keyof typeof figures> = {
  name: 'slow reader',
  about: 'a room of 50 sockets, 300 messages a second, and one of them reads nothing for 60 seconds',
  figures,
  main: 'grownKib',
  targets: ['Parley'],
  run: (bench) =>
    withTarget(bench, { rooms: 1, socketsPerRoom: 50 }, async (target, generator) => {
      await generator.connect(target, await target.seats())
      const speak = (seconds: number) => generator.order<Spoken>({ do: 'speak', messagesPerSecond: 300, seconds })
      const seconds = bench.quick ? 5 : 60
      const bytes = () => residentBytes(target.nodes[0]!)
      await speak(bench.quick ? 3 : 60) // warm: what is kept of the room is full, and compiled what is used
      const [atFirst, before, then] = [bytes(), await speak(seconds), bytes()]
      await generator.order({ do: 'freeze' })
      const meanwhile = await speak(seconds)
      const grown = bytes() - then
      await generator.order({ do: 'thaw' })
      await generator.order<Connected>({ do: 'return', seats: await target.seats() })
      await speak(2)
      const { heads, gaps } = await generator.order<Told>({ do: 'tell' })
      const newest = Math.max(...heads)
      return {
        grownKib: grown / 1_024,
        grownBefore: (then - atFirst) / 1_024,
        p99Before: before.p99,
        p99Ms: meanwhile.p99,
        missing: gaps + heads.filter((head) => head < newest).length,
      }
    }),
}
