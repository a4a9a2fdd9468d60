// Known holes in what Parley is delivered with, by `npm audit`: those that are high or critical fail `npm run check`. A
// registry that knows of none, or is away, is told and passed over.
import { spawnSync } from 'node:child_process'
import { root, say } from './setup.mjs'

const withinMs = 60_000
const options = { cwd: root, encoding: 'utf8', timeout: withinMs, shell: process.platform === 'win32' }
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], options)
const counts = read(stdout)?.metadata?.vulnerabilities

if (!counts) say('the registry does not tell of known holes; left out')
else if (counts.high + counts.critical > 0) {
  process.stderr.write(spawnSync('npm', ['audit', '--omit=dev'], options).stdout)
  process.exitCode = 1
}

function read(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
