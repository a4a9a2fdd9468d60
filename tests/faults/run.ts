import { setTimeout as sleep } from 'node:timers/promises'
import { checkRoom } from './check.ts'
import { type Crowd, gatherCrowd, scriptOf } from './crowd.ts'
import { inject } from './inject.ts'
import { type Fault, planOf } from './plan.ts'
import type { RoomRecord, Violation } from './record.ts'
import type { World } from './world.ts'

/** Nobody may be stuck for longer once a fault is over, in milliseconds. */
const recoverWithinMs = 15_000

/** What a fault did: when it began and was over, and how long each room took until all in it went on, in milliseconds. */
export type Effect = Fault & { at: number; overAt: number; recoveries: number[] }

export type Outcome = {
  seed: number
  clients: number
  seconds: number
  operations: number
  stored: number
  effects: Effect[]
  violations: Violation[]
  rooms: RoomRecord[]
}

export type Wanted = {
  seed: number
  clients: number
  /** At least so many, */
  faults: number
  /** and at least so long. */
  seconds: number
  /** Only of these kinds, or to these services. */
  only?: string | undefined
  say: (line: string) => void
}

/** Has people talk while faults are done by the seed, and compares what they saw with what is stored. */
export async function runFaults(world: World, wanted: Wanted): Promise<Outcome> {
  const { seed, clients, faults, seconds, only, say } = wanted
  const crowd = await gatherCrowd(world.origin, { seed, clients })
  const startedAt = performance.now()
  const now = () => Math.round(performance.now() - startedAt)
  const effects: Effect[] = []
  const violations: Violation[] = []
  try {
    crowd.talk()
    for (const fault of planned()) {
      if (effects.length >= faults && now() >= seconds * 1_000) break
      const effect = await suffer(world, crowd, fault, now)
      effects.push(effect)
      say(lineOf(effect))
      const longest = Math.max(...effect.recoveries)
      if (longest >= recoverWithinMs) {
        const detail = `${fault.kind} of ${fault.service}: not all went on within ${recoverWithinMs} ms of its end`
        violations.push({ what: 'stuck', conversation: '', detail })
      }
    }
    const rooms = await crowd.settle()
    violations.push(...rooms.flatMap((room) => checkRoom(room, scriptOf)))
    return {
      seed,
      clients: crowd.count,
      seconds: Math.round(now() / 1_000),
      operations: crowd.operations,
      stored: rooms.reduce((sum, { stored }) => sum + stored.length, 0),
      effects,
      violations,
      rooms,
    }
  } finally {
    crowd.leave()
  }

  /** More of them than are wanted, where the time is not over with those. */
  function planned(): Fault[] {
    const all = planOf(seed, world.services, 40 * faults)
    return only === undefined
      ? all
      : all.filter(({ kind, service }) => only === kind || only === service || only === `${kind} ${service}`)
  }
}

async function suffer(world: World, crowd: Crowd, fault: Fault, now: () => number): Promise<Effect> {
  await sleep(fault.afterMs)
  const at = now()
  await inject(world.project, fault)
  const overAt = now()
  return { ...fault, at, overAt, recoveries: await crowd.probe(recoverWithinMs) }
}

function lineOf({ kind, service, at, overAt, recoveries }: Effect): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  const what = `${kind} of ${service}`.padEnd(24)
  return `${seconds(at).padStart(8)}  ${what} for ${seconds(overAt - at).padStart(6)}; all went on after ${seconds(Math.max(...recoveries))}`
}
