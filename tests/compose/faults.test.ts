import { ifDocker } from '@parley/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { traceOf } from '../faults/report.ts'
import { runFaults } from '../faults/run.ts'
import { startWorld, type World } from '../faults/world.ts'

/** One run of those that `npm run faults` makes more and longer of. */
const wanted = { seed: 7, seconds: 45, faults: 8, clients: 18 }

ifDocker('Compose that is broken by a seed', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  }, 300_000)
  afterAll(() => world?.stop(), 120_000)

  it(`keeps what it promises, with seed ${wanted.seed}`, async () => {
    const outcome = await runFaults(world, { ...wanted, say: console.log })
    const told = outcome.violations.map((each) => `${each.what}: ${each.detail}\n${traceOf(each, outcome)}`)
    expect(told.join('\n')).toBe('')
    expect(outcome.operations).toBeGreaterThan(500)
  }, 600_000)
})
