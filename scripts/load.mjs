// npm run load -- smoke | chat | ai | ramp | soak: a k6 script against all of Parley on Docker Compose, through nginx.
// What k6 measured is kept in load/results: a summary as JSON and a report as a page. Thresholds that are crossed fail it.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root, say } from './setup.mjs'

const [name = 'smoke', ...options] = process.argv.slice(2)
if (!existsSync(join(root, 'load', `${name}.ts`))) fail(`There is no load/${name}.ts: smoke, chat, ai, ramp or soak.`)

/** Everybody comes from one address here. */
const env = {
  ...process.env,
  SIGN_UPS_PER_HOUR: '1000000',
  SIGN_INS_PER_MINUTE: '1000000',
  REQUESTS_PER_MINUTE: '1000000',
  TICKETS_PER_MINUTE: '1000000',
  SENDS_PER_MINUTE: '1000000',
  MAX_SOCKETS_PER_ADDRESS: '1000000',
  QUOTA_OPEN_REPLIES: '0',
}
const results = join(root, 'load/results')
mkdirSync(results, { recursive: true })
chmodSync(results, 0o777) // k6 is nobody in particular in its container
say('starting Parley …')
compose('up', '--build', '--wait', ...scales())
const report = `/results/${name}`
const status = compose(
  ...[
    '--profile',
    'load',
    'run',
    '--rm',
    '-e',
    'K6_WEB_DASHBOARD=true',
    '-e',
    `K6_WEB_DASHBOARD_EXPORT=${report}.html`,
  ],
  ...['k6', 'run', '--summary-export', `${report}.json`, ...options, `/load/${name}.ts`],
)
say(`the report is load/results/${name}.html; Parley goes on running (docker compose down ends it)`)
process.exit(status)

/** CHAT_NODES=4 npm run load -- chat */
function scales() {
  return process.env.CHAT_NODES ? ['--scale', `chat-ws=${process.env.CHAT_NODES}`] : []
}

function compose(...args) {
  const { status } = spawnSync('docker', ['compose', ...args], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0 && !args.includes('k6')) fail('Docker Compose could not start Parley.')
  return status ?? 1
}
