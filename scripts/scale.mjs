// npm run scale: what more chat nodes cost and whether anybody notices when their number changes. The same load on 1, 2
// and 4 of them (people in conversations of fifty, so that each is spread over all nodes), and then from 1 to 4 and back to 1 in the middle of a talk. A delivery's cost is the nodes' own CPU time; on a machine with few cores more nodes do not make it faster, but show what spreading costs.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, root, say } from './setup.mjs'

const env = {
  ...process.env,
  COMPOSE_PROJECT_NAME: 'parley-scale',
  PORT: process.env.PORT ?? '18092',
  SIGN_UPS_PER_HOUR: '1000000',
  SIGN_INS_PER_MINUTE: '1000000',
  REQUESTS_PER_MINUTE: '1000000',
  TICKETS_PER_MINUTE: '1000000',
  SENDS_PER_MINUTE: '1000000',
  MAX_SOCKETS_PER_ADDRESS: '1000000',
}
const vus = process.env.VUS ?? '200'
const results = join(root, 'load/results')
mkdirSync(results, { recursive: true })
chmodSync(results, 0o777)

try {
  console.log(
    '| chat nodes | messages/s | deliveries/s | delivery p95 ms | CPU ms for 1,000 deliveries | share of each node |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const nodes of [1, 2, 4]) console.log(`| ${(await measure(nodes)).join(' | ')} |`)
  console.log(`\n${await changeUnderLoad()}`)
} finally {
  compose('down', '--volumes', '--timeout', '5')
}

/** The same talk on so many nodes, which have just started all of them. */
async function measure(nodes) {
  say(`${nodes} chat nodes …`)
  compose('down', '--volumes', '--timeout', '5')
  compose('up', '--build', '--wait', '--scale', `chat-ws=${nodes}`)
  const before = new Map(containers().map((each) => [each, cpuSeconds(each)]))
  const talk = k6('ramp', { VUS: vus, SECONDS: '30', EVERY_MS: '2000', TOGETHER: '50' })
  await talk.done
  const used = containers().map((each) => cpuSeconds(each) - before.get(each))
  const all = used.reduce((sum, seconds) => sum + seconds, 0)
  const { parley_deliveries: told, parley_acknowledged: acknowledged, parley_delivery: delivery } = read('ramp')
  const shares = used.map((seconds) => `${Math.round((100 * seconds) / all)} %`).sort()
  return [
    nodes,
    Math.round(acknowledged.rate),
    Math.round(told.rate),
    delivery['p(95)'],
    ((all / told.count) * 1e6).toFixed(0),
    shares.join(', '),
  ]
}

/** From one node to four, and back, while people come, talk and go: so some are on each of the nodes that are taken away. */
async function changeUnderLoad() {
  say('1 → 4 → 1 under load …')
  compose('down', '--volumes', '--timeout', '5')
  compose('up', '--wait', '--scale', 'chat-ws=1')
  const talk = k6('chat', { VUS: '100', SECONDS: '20', EVERY_MS: '1000', SESSIONS: '4' })
  await talk.talking
  await sleep(15_000)
  compose('up', '--wait', '--no-recreate', '--scale', 'chat-ws=4')
  await sleep(20_000)
  compose('up', '--wait', '--no-recreate', '--scale', 'chat-ws=1')
  await talk.done
  const {
    parley_lost: lost,
    parley_outage: outage,
    parley_acknowledged: acknowledged,
    parley_refused: refused,
  } = read('chat')
  return [
    `1 → 4 → 1 under load: ${acknowledged.count} messages acknowledged, ${lost.count} lost, ${refused.count} refused;`,
    `longest time without service ${outage.max} ms (p95 ${outage['p(95)']} ms)`,
  ].join(' ')
}

/** Runs a k6 script; `talking` resolves when its people are there and begin. */
function k6(name, settings) {
  const set = Object.entries(settings).flatMap(([key, value]) => ['-e', `${key}=${value}`])
  const child = spawn(
    'docker',
    [
      ...['compose', '--profile', 'load', 'run', '--rm', ...set, 'k6', 'run', '--no-color'],
      ...['--summary-export', `/results/scale-${name}.json`, `/load/${name}.ts`],
    ],
    { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const talking = new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      if (/running .*\b[1-9]\d*\/\d+ VUs/.test(String(text))) resolve()
    })
  })
  const done = new Promise((resolve) => child.on('exit', resolve))
  return { talking: Promise.race([talking, done]), done }
}

function read(name) {
  return JSON.parse(readFileSync(join(results, `scale-${name}.json`), 'utf8')).metrics
}

function containers() {
  return docker('compose', 'ps', '--quiet', 'chat-ws').trim().split('\n')
}

/** CPU seconds of a container since it started, in control groups of version 2 or 1. */
function cpuSeconds(container) {
  const script = 'cat /sys/fs/cgroup/cpu.stat || cat /sys/fs/cgroup/cpuacct/cpuacct.usage'
  const text = docker('exec', container, 'sh', '-c', script)
  const micros = /usage_usec (\d+)/.exec(text)?.[1]
  return micros === undefined ? Number(text) / 1e9 : Number(micros) / 1e6
}

function compose(...args) {
  docker('compose', ...args)
}

function docker(...args) {
  try {
    return execFileSync('docker', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    return fail(`docker ${args.join(' ')}: ${error.stderr}`)
  }
}
