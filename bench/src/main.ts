import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cpuSeconds, endChild, residentBytes, startChild, told } from './child.ts'
import type { Connected, Order, Spoken } from './generator.ts'
import { startRedis } from './redis.ts'
import { type Run, report } from './report.ts'
import type { Scene, StartTarget } from './target.ts'
import { parley } from './targets/parley.ts'
import { peer } from './targets/peers.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
})

const targets: Record<string, StartTarget> = { parley, 'bare relay': peer('bare'), 'Socket.IO': peer('socket.io') }
const { quick } = options
const seconds = quick ? 3 : 8
const scenes: Scene[] = [
  { name: 'big room', rooms: 1, socketsPerRoom: quick ? 300 : 1_000, messagesPerSecond: quick ? 60 : 30, seconds },
  {
    name: 'many rooms',
    rooms: quick ? 100 : 1_000,
    socketsPerRoom: 5,
    messagesPerSecond: quick ? 500 : 1_000,
    seconds,
  },
].filter(({ name }) => !options.only || name === options.only)
/** Rounds are interleaved: each target once, then each again, so that a slow moment of the machine hits all alike. */
const rounds = Number(options.rounds ?? (quick ? 1 : 3))

const redis = await startRedis()
const runs: Run[] = []
try {
  for (const scene of scenes) {
    for (let round = 1; round <= rounds; round += 1) {
      for (const [target, start] of Object.entries(targets)) {
        process.stderr.write(`${scene.name}, round ${round} of ${rounds}: ${target}\n`)
        runs.push(await measure(scene, target, start))
      }
    }
  }
} finally {
  await redis.close()
}
const [cpu] = cpus()
const machine = `${cpus().length} cores (${cpu?.model}), Node ${process.version}`
console.log(report(machine, runs))
if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, runs }, null, 2)}\n`)

async function measure(scene: Scene, name: string, start: StartTarget): Promise<Run> {
  const target = await start(scene, redis.url)
  const generator = startChild(join(import.meta.dirname, 'generator.ts'))
  const order = <T>(what: Order): Promise<T> => {
    const answer = told<T>(generator)
    generator.send(what)
    return answer
  }
  try {
    const { pid, dialect, seats } = target
    const emptyBytes = residentBytes(pid)
    const { ms } = await order<Connected>({ do: 'connect', dialect, seats })
    const bytes = residentBytes(pid) - emptyBytes
    const { messagesPerSecond } = scene
    await order<Spoken>({ do: 'speak', messagesPerSecond, seconds: 2 }) // warm
    const before = cpuSeconds(pid)
    const { sent, delivered, p50, p99 } = await order<Spoken>({
      do: 'speak',
      messagesPerSecond,
      seconds: scene.seconds,
    })
    const used = cpuSeconds(pid) - before
    return {
      workload: scene.name,
      target: name,
      deliveriesPerCpuSecond: delivered / used,
      deliveredShare: delivered / (sent * scene.socketsPerRoom),
      p50Ms: p50,
      p99Ms: p99,
      bytesPerSocket: bytes / seats.length,
      connectsPerSecond: (seats.length / ms) * 1_000,
    }
  } finally {
    await endChild(generator)
    await target.close()
  }
}
