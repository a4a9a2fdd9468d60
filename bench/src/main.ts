import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { flameOptions } from './flame.ts'
import { plot } from './plot.ts'
import { startRedis } from './redis.ts'
import { type Run, report } from './report.ts'
import type { StartTarget } from './target.ts'
import { parley } from './targets/parley.ts'
import { peer } from './targets/peers.ts'
import type { TargetName, Workload } from './workload.ts'
import { durableSend } from './workloads/durable.ts'
import { bigRoom, busyRoom, manyRooms } from './workloads/fan-out.ts'
import { idle } from './workloads/idle.ts'
import { slowReader } from './workloads/slow-reader.ts'
import { spread } from './workloads/spread.ts'
import { storm } from './workloads/storm.ts'
import { aiStreaming } from './workloads/streaming.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', multiple: true },
    target: { type: 'string', multiple: true },
    json: { type: 'string' },
    svg: { type: 'string' },
    flames: { type: 'string' },
  },
})

const all: Workload[] = [bigRoom, busyRoom, manyRooms, aiStreaming, durableSend, idle, storm, slowReader, spread]
const starters: Record<TargetName, StartTarget> = {
  Parley: parley,
  'bare relay': peer('bare'),
  'Socket.IO': peer('socket.io'),
  Centrifugo: peer('centrifugo'),
}
const { quick, only, target, flames } = options
if (flames) process.env.NODE_OPTIONS = flameOptions // for the servers that are started from here
/** A look is taken at what the live path is compared by. */
const looked: Workload[] = [bigRoom, manyRooms]
const lookedTargets: TargetName[] = ['Parley', 'bare relay', 'Socket.IO']
const workloads = only ? all.filter(({ name }) => only.includes(name)) : quick ? looked : all
/** Rounds are interleaved: each target once, then each again, so that a slow moment of the machine hits all alike. */
const rounds = Number(options.rounds ?? (quick ? 1 : 3))

const hasCentrifugo = spawnSync(process.env.CENTRIFUGO ?? 'centrifugo', ['version']).status === 0
const wanted = target ?? (quick ? lookedTargets : Object.keys(starters))
const isThere = (name: TargetName) => (name !== 'Centrifugo' || hasCentrifugo) && wanted.includes(name)
if (!hasCentrifugo) process.stderr.write('Centrifugo is not on the PATH: measured without it\n')

const redis = await startRedis()
const runs: Run[] = []
try {
  for (const workload of workloads) {
    for (let round = 1; round <= rounds; round += 1) {
      for (const name of workload.targets.filter(isThere)) {
        process.stderr.write(`${workload.name}, round ${round} of ${rounds}: ${name}\n`)
        const figures = await workload.run({ start: starters[name], redisUrl: redis.url, quick, flames })
        runs.push({ workload: workload.name, target: name, figures })
      }
    }
  }
} finally {
  await redis.close()
  tellAll()
}

function tellAll(): void {
  const [cpu] = cpus()
  const machine = `${cpus().length} cores (${cpu?.model}), Node ${process.version}`
  console.log(report(machine, workloads, runs))
  if (options.svg) writeFileSync(options.svg, plot(workloads, runs))
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, rounds, runs }, null, 2)}\n`)
}
