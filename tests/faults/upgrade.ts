// npm run upgrade:check -- COMMIT: starts another version on Compose, and puts it onto this one while people talk: so the
// services of that one run on this one's schema for a while, and nobody may lose anything by it.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkRoom } from './check.ts'
import { gatherCrowd, scriptOf } from './crowd.ts'
import { startWorld } from './world.ts'

const root = join(import.meta.dirname, '../..')
const [version] = process.argv.slice(2)
if (!version) throw new Error('Name the commit of the other version: npm run upgrade:check -- v1.0.0')

const world = await startWorld({ project: 'parley-upgrade', port: '18099', overlays: [], version })
let violations: ReturnType<typeof checkRoom> = []
try {
  const crowd = await gatherCrowd(world.origin, { seed: 1, clients: 18 })
  crowd.talk()
  await crowd.probe(15_000)
  const startedAt = performance.now()
  const env = { ...process.env, ...world.env }
  await promisify(execFile)(process.execPath, [join(root, 'scripts/upgrade.mjs')], { cwd: root, env })
  console.log(`upgraded in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
  console.log(`all went on after ${Math.round(Math.max(...(await crowd.probe(15_000))))} ms`)
  const rooms = await crowd.settle()
  violations = rooms.flatMap((room) => checkRoom(room, scriptOf))
  const stored = rooms.reduce((sum, room) => sum + room.stored.length, 0)
  console.log(`${crowd.operations} operations, ${stored} messages stored, ${violations.length} violations`)
  for (const { what, detail } of violations.slice(0, 10)) console.log(`  ${what}: ${detail}`)
  crowd.leave()
} finally {
  await world.stop()
}
process.exit(violations.length > 0 ? 1 : 0)
