// npm run check: formatting and lint (Biome), types (tsc, through Turborepo), dead code (Knip), licences, known holes (npm audit).
import { join } from 'node:path'
import { ensureDependencies, ensureNode, fail, root, run, say, withNode } from './setup.mjs'

const node = await ensureNode()
await ensureDependencies(node)
const env = withNode(node)
const bin = (name) => join(root, 'node_modules/.bin', name)

for (const [name, command, ...args] of [
  ['Biome', bin('biome'), 'check', '--error-on-warnings', '.'],
  ['types', bin('turbo'), 'run', 'types', '--output-logs=errors-only'],
  ['Knip', bin('knip')],
  ['licences', node, join(root, 'scripts/licences.mjs')],
  ['known holes', node, join(root, 'scripts/audit.mjs')],
]) {
  say(`${name} …`)
  if ((await run(command, args, { env })) !== 0) fail(`${name} found something. What it said stands above.`)
}
say('all clean')
