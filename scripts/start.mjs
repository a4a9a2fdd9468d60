// npm start: sets up what is missing, then runs all of Parley in one process.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies, ensureNode, ensurePage, root } from './setup.mjs'

const node = await ensureNode()
await ensureDependencies(node)
await ensurePage(node)

const settings = join(root, '.env')
const args = [
  ...(existsSync(settings) ? [`--env-file=${settings}`] : []),
  join(root, 'services/standalone/src/main.ts'),
]
const parley = spawn(node, args, { cwd: root, stdio: 'inherit' })
// A Ctrl-C in a terminal reaches both of us: Parley stops in its own time, and we wait for it.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => parley.kill('SIGTERM'))
parley.on('exit', (code, signal) => process.exit(signal ? 1 : code))
