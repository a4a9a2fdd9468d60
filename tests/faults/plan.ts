import { createRandom, shuffle } from './random.ts'

/** What is done to a container: how, for how long, and which of a service's. */
export type Fault = {
  kind: FaultKind
  service: string
  /** From 0 to 1: which of the containers that the service has then. */
  which: number
  /** How long it lasts, where it lasts. */
  seconds: number
  /** How long all goes well before it, in milliseconds. */
  afterMs: number
}
type FaultKind = 'kill' | 'restart' | 'pause' | 'partition' | 'full disk'

/** The one whose disk can be filled: it has a file system of its own under test. */
const withOwnDisk = 'postgres'
const [leastSeconds, mostSeconds] = [2, 9]

/** What a seed does to these services: each kind of each once before any comes again. */
export function planOf(seed: number, services: readonly string[], count: number): Fault[] {
  const random = createRandom(seed)
  const kinds: FaultKind[] = ['kill', 'restart', 'pause', 'partition']
  const all = services.flatMap((service) => kinds.map((kind) => ({ kind, service })))
  const ways = [...all, { kind: 'full disk' as const, service: withOwnDisk }]
  const chosen: Fault[] = []
  while (chosen.length < count) {
    for (const way of shuffle(random, ways)) {
      const seconds = leastSeconds + random() * (mostSeconds - leastSeconds)
      chosen.push({ ...way, which: random(), seconds, afterMs: 200 + random() * 1_500 })
    }
  }
  return chosen.slice(0, count)
}
