import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { composeOf } from '../support/compose.ts'
import { addressesOf, containersOf } from '../support/containers.ts'

/** The whole of it on Compose, with a provider on this machine that writes at a pace. */
export default async function setup(project: TestProject) {
  const provider = fork(join(import.meta.dirname, '../support/paced-provider.ts'))
  const [{ port }] = (await once(provider, 'message')) as [{ port: number }]
  const compose = composeOf({
    COMPOSE_PROJECT_NAME: 'parley-endurance',
    PORT: '18090',
    OPENAI_BASE_URL: `http://host.docker.internal:${port}/v1`,
    MODEL: 'paced',
    MODEL_TAKES_PREFIX: 'true',
    REPLIES_AT_ONCE: '1000',
    QUOTA_OPEN_REPLIES: '0',
    CONCURRENT_REPLIES: '256',
    COMMANDS_PER_SECOND: '10000',
    SENDS_PER_MINUTE: '1000000',
    TICKETS_PER_MINUTE: '100000',
    SIGN_UPS_PER_HOUR: '100000',
    SIGN_INS_PER_MINUTE: '100000',
    REQUESTS_PER_MINUTE: '100000',
  })
  await compose('down', '--volumes', '--timeout', '5')
  await compose('up', '--build', '--wait', '--scale', 'chat-ws=2', '--scale', 'ai-worker=2')
  project.provide('composeProject', 'parley-endurance')
  project.provide('composeOrigin', await nearestOrigin())
  project.provide('providerPort', port)
  return async () => {
    provider.disconnect()
    await compose('down', '--volumes', '--timeout', '5')
  }
}

/** nginx's own address where it can be reached: Docker's port forwarding is no part of what is tried, and costs a lot. */
async function nearestOrigin(): Promise<string> {
  const [nginx] = await containersOf('nginx', 'parley-endurance')
  const [address] = await addressesOf(nginx!)
  const direct = `http://${address}:8080`
  const reached = await fetch(`${direct}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  return reached?.ok ? direct : 'http://localhost:18090'
}
