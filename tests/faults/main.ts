// npm run faults: breaks Parley on Compose, by a seed, while people talk, and compares what they were told with what is stored.
//   --seed 7 or 1..20   what is done, in what order (1)
//   --seconds 60        for at least so long
//   --minutes 30        the same, longer
//   --faults 10         at least so many
//   --clients 30        people, in rooms of three
//   --only "kill nats"  only this kind, this service, or both
//   --cluster           on deploy/compose/cluster.yaml: a Redis Cluster, three NATS servers, a replica of Postgres
//   --broken NAME       a build that is broken on purpose (tests/faults/broken): the run has to fail
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { tableOf, traceOf } from './report.ts'
import { type Outcome, runFaults } from './run.ts'
import { cluster, startWorld } from './world.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    minutes: { type: 'string' },
    faults: { type: 'string', default: '10' },
    clients: { type: 'string', default: '30' },
    only: { type: 'string' },
    broken: { type: 'string' },
    cluster: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
})
const [first = 1, last = first] = values.seed.split('..').map(Number)
const seconds = values.minutes === undefined ? Number(values.seconds) : Number(values.minutes) * 60
const mostTold = 10

const outcomes: Outcome[] = []
const world = await startWorld({ broken: values.broken, ...(values.cluster && cluster) })
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void world.stop().finally(() => process.exit(130))) // nothing goes on without anybody there
}
try {
  for (let seed = first; seed <= last; seed += 1) {
    console.log(`seed ${seed}`)
    const { faults, clients, only } = values
    const outcome = await runFaults(world, {
      seed,
      clients: Number(clients),
      faults: Number(faults),
      seconds,
      only,
      say: console.log,
    })
    outcomes.push(outcome)
    tell(outcome)
    if (values.results !== undefined) await keep(values.results)
  }
} finally {
  await world.stop()
}
console.log(`\n${tableOf(outcomes.flatMap(({ effects }) => effects))}\n`)
const all = outcomes.flatMap(({ violations }) => violations)
const total = (of: (outcome: Outcome) => number) => outcomes.reduce((sum, each) => sum + of(each), 0)
console.log(
  `${outcomes.length} seeds, ${total(({ effects }) => effects.length)} faults, ${total((each) => each.operations)} operations, ${total((each) => each.stored)} messages stored, ${all.length} violations`,
)
process.exit(all.length > 0 ? 1 : 0)

async function keep(file: string): Promise<void> {
  const kept = outcomes.map(({ rooms: _, ...outcome }) => outcome)
  await writeFile(file, JSON.stringify(kept, null, 1))
}

function tell(outcome: Outcome): void {
  const { seed, violations, operations, stored, effects } = outcome
  console.log(
    `  seed ${seed}: ${effects.length} faults in ${outcome.seconds} s, ${outcome.clients} clients, ${operations} operations, ${stored} messages stored, ${violations.length} violations`,
  )
  for (const violation of violations.slice(0, mostTold)) {
    console.log(`  ${violation.what} (seed ${seed}, conversation ${violation.conversation}): ${violation.detail}`)
    const trace = traceOf(violation, outcome)
    if (trace) console.log(trace)
  }
  if (violations.length > mostTold) console.log(`  … and ${violations.length - mostTold} more`)
}
