// npm run upgrade: puts a running Compose onto the version in this folder, and nobody notices. Each container is replaced
// by a new one that is well before the old one is told to leave; history comes first, and with it the schema, which the old
// services can still work with (docs/operations.md).
import { execFileSync } from 'node:child_process'
import { compose, untilHealthy } from './compose.mjs'
import { fail, say } from './setup.mjs'

const order = ['history', 'ai-worker', 'chat-ws', 'gateway']

try {
  say('building …')
  await compose(['build'])
  for (const service of order) await replace(service)
  // One nginx holds the port: it is the one thing that is away for a moment.
  await compose(['up', '--detach', '--no-deps', '--wait', 'nginx'])
  say('Parley is of the version in this folder.')
} catch (error) {
  fail(`The upgrade stopped half way, and Parley runs on: repeat it when this is mended. ${error.message}`)
}

async function replace(service) {
  const old = await containersOf(service)
  say(`${service}: ${old.length} to replace …`)
  // As many again, of the new version, beside those that are there.
  const twice = ['--scale', `${service}=${old.length * 2}`]
  await compose(['up', '--detach', '--no-deps', '--no-recreate', ...twice, service])
  const added = (await containersOf(service)).filter((each) => !old.includes(each))
  for (const container of added) await untilHealthy(container)
  for (const container of old) {
    execFileSync('docker', ['stop', container], { stdio: 'ignore' })
    execFileSync('docker', ['rm', container], { stdio: 'ignore' })
  }
}

async function containersOf(service) {
  return (await compose(['ps', '--quiet', service])).split('\n').filter(Boolean)
}
