import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { composeIn } from '../support/compose.ts'

const root = join(import.meta.dirname, '../..')
const usualScale = { gateway: 2, 'chat-ws': 3, history: 2, 'ai-worker': 2 }
// Seeds choose by place: another order is another run.
const usualServices = ['nginx', 'gateway', 'chat-ws', 'history', 'ai-worker', 'postgres', 'redis', 'nats']

/** Several of everything, as deploy/compose/cluster.yaml has it. */
export const cluster = {
  overlays: ['deploy/compose/cluster.yaml', 'tests/faults/compose.faults.yaml'],
  scale: { gateway: 2, 'chat-ws': 3, history: 2, 'ai-worker': 2 },
  services: [
    ...['gateway', 'chat-ws', 'history', 'ai-worker', 'nginx', 'postgres', 'postgres-replica'],
    ...['nats-1', 'nats-2', 'nats-3'],
    ...Array.from({ length: 6 }, (_, at) => `redis-${at + 1}`),
  ],
}

/** Parley on Compose, to be broken. */
export type World = {
  project: string
  origin: string
  /** What can be done harm to. */
  services: string[]
  /** What Compose is told by the environment, for scripts that are run against it. */
  env: Record<string, string>
  stop(): Promise<void>
}

export type Wanted = {
  project?: string
  port?: string
  /** Files that are laid over compose.yaml. */
  overlays?: string[]
  scale?: Record<string, number>
  /** What can be done harm to, in the order by which seeds choose. */
  services?: string[]
  /** A patch in `broken/` that is applied to a copy of the sources first: what it breaks has to be found. */
  broken?: string | undefined
  /** The commit of another version that is started instead of this one. */
  version?: string | undefined
}

/** Starts Parley on Compose, several of each service, with a model that writes at a pace. */
export async function startWorld(wanted: Wanted = {}): Promise<World> {
  const {
    project = 'parley-faults',
    port = '18094',
    scale = usualScale,
    services = usualServices,
    broken,
    version,
  } = wanted
  const { overlays = ['tests/faults/compose.faults.yaml'] } = wanted
  const provider = fork(join(import.meta.dirname, '../support/paced-provider.ts'))
  const [{ port: providerPort }] = (await once(provider, 'message')) as [{ port: number }]
  const sources = version ? await checkOut(version) : broken ? await copyBroken(broken) : root
  const env = {
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_FILE: ['compose.yaml', ...overlays].join(':'),
    FAULTS_IMAGE: broken === undefined ? 'parley-service' : `parley-broken-${broken}`,
    PORT: port,
    PORT_2: String(Number(port) + 1_000),
    OPENAI_BASE_URL: `http://host.docker.internal:${providerPort}/v1`,
    MODEL: 'paced',
    MODEL_TAKES_PREFIX: 'true',
    QUOTA_OPEN_REPLIES: '0',
    COMMANDS_PER_SECOND: '10000',
    SENDS_PER_MINUTE: '1000000',
    TICKETS_PER_MINUTE: '1000000',
    SIGN_UPS_PER_HOUR: '1000000',
    SIGN_INS_PER_MINUTE: '1000000',
    REQUESTS_PER_MINUTE: '1000000',
    MAX_SOCKETS_PER_ADDRESS: '1000000',
  }
  const compose = composeIn(sources, env)
  async function stop(): Promise<void> {
    if (provider.connected) provider.disconnect()
    await compose('down', '--volumes', '--timeout', '5')
    if (sources !== root) await rm(sources, { recursive: true, force: true })
  }
  try {
    await compose('down', '--volumes', '--timeout', '5')
    const scales = Object.entries(scale).flatMap(([service, count]) => ['--scale', `${service}=${count}`])
    await compose('up', '--build', '--wait', ...scales)
  } catch (error) {
    await stop()
    throw error
  }
  return { project, origin: `http://localhost:${port}`, services, env, stop }
}

/** The sources of another version. */
async function checkOut(version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-version-'))
  await promisify(execFile)('git', ['clone', '--quiet', '--no-checkout', root, folder])
  await promisify(execFile)('git', ['checkout', '--quiet', version], { cwd: folder })
  return folder
}

/** A copy of the sources with a patch. */
async function copyBroken(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-broken-'))
  const run = promisify(execFile)
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of stdout.split('\0').filter(Boolean)) {
    await cp(join(root, file), join(folder, file), { recursive: true, force: true })
  }
  await run('git', ['apply', join(dirname(import.meta.filename), 'broken', `${name}.patch`)], { cwd: folder })
  return folder
}
