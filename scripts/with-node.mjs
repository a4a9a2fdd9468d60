// Runs a script of the project on the Node that the project runs on: node scripts/with-node.mjs SCRIPT [ARGUMENTS]
import { ensureDependencies, ensureNode, run, withNode } from './setup.mjs'

const node = await ensureNode()
await ensureDependencies(node)
process.exit(await run(node, process.argv.slice(2), { env: withNode(node) }))
