import type { TestProject } from 'vitest/node'
import { composeOf } from '../support/compose.ts'

const scale = { 'chat-ws': 3, gateway: 2, history: 2, 'ai-worker': 2 }
const port = process.env.PARLEY_TEST_PORT ?? '18080'

/** Settings of the Compose under test: all load comes from one address, and replies may take a while to be killed in. */
const settings = {
  COMPOSE_PROJECT_NAME: 'parley-test',
  PORT: port,
  COMMANDS_PER_SECOND: '10000',
  SENDS_PER_MINUTE: '1000000',
  TICKETS_PER_MINUTE: '100000',
  SIGN_UPS_PER_HOUR: '100000',
  SIGN_INS_PER_MINUTE: '100000',
  REQUESTS_PER_MINUTE: '100000',
  DEMO_WORDS_PER_SECOND: '30',
}

/** Starts Compose with several of each service for the whole run, as the README says, and takes it down again. */
export default async function setup(project: TestProject) {
  project.provide('composeOrigin', `http://localhost:${port}`)
  project.provide('composeProject', settings.COMPOSE_PROJECT_NAME)
  const compose = composeOf(settings)
  if (process.env.PARLEY_TEST_DOCKER !== '1') return
  await compose('down', '--volumes', '--timeout', '5')
  const scales = Object.entries(scale).flatMap(([service, count]) => ['--scale', `${service}=${count}`])
  await compose('up', '--build', '--wait', ...scales)
  return () => compose('down', '--volumes', '--timeout', '5')
}
