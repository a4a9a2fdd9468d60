// npm run doctor: looks at an installation, and says what is not well and what mends it. Where DATABASE_URL is set, at the
// one that the environment names; else at the Compose of this folder, from inside its network.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureDependencies, ensureNode, fail, root, run, withNode } from './setup.mjs'

const oldestCompose = [2, 24]
if (process.env.DATABASE_URL || process.env.DATABASE_URL_FILE) {
  const node = await ensureNode()
  await ensureDependencies(node)
  process.exit(await run(node, [join(root, 'services/doctor/src/main.ts')], { env: withNode(node) }))
}
const { stdout, status } = spawnSync('docker', ['compose', 'version', '--short'], { encoding: 'utf8' })
if (status !== 0)
  fail(
    'Docker Compose does not answer, and DATABASE_URL is not set: there is no installation to look at. Start Docker.',
  )
const version = stdout.trim().replace(/^v/, '')
const [major = 0, minor = 0] = version.split('.').map(Number)
if (major < oldestCompose[0] || (major === oldestCompose[0] && minor < oldestCompose[1]))
  fail(`Docker Compose is ${version}. Parley needs ${oldestCompose.join('.')} or newer.`)
console.log(`well      Docker Compose: ${version}`)
process.exit(await run('docker', ['compose', 'run', '--rm', '--no-deps', 'doctor'], { env: process.env }))
