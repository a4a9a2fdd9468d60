// npm run rotate-key: gives a running Compose a new key to sign access tokens with, and nobody notices. First every gateway
// is told of it, then every gateway signs with it; the old one is believed until `npm run rotate-key -- --forget`, which is
// for an hour later, when its last tokens are over.
import { generateKeyPairSync } from 'node:crypto'
import { Readable } from 'node:stream'
import { compose, restartEach } from './compose.mjs'
import { fail, say } from './setup.mjs'

const path = '/run/parley/signing/key.pem'
const block = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g

try {
  const present = (await compose(['exec', '-T', 'gateway', 'cat', path])).match(block) ?? []
  if (process.argv.includes('--forget')) {
    await believe(present.slice(0, 1))
    say(`${present.length - 1} old keys are forgotten`)
  } else {
    const made = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).trim()
    await believe([...present, made])
    await believe([made, ...present])
    say('a new key signs; forget the old one in an hour: npm run rotate-key -- --forget')
  }
} catch (error) {
  fail(`The key could not be changed. ${error.message}`)
}

/** Has every gateway believe these keys and sign with the first. */
async function believe(keys) {
  const write = `cd /run/parley/signing && rm -f key.pem && cat > key.pem && chmod 444 key.pem`
  await compose(['run', '--rm', '-T', '--no-deps', '--entrypoint=', 'secrets', 'sh', '-c', write], {
    input: Readable.from([`${keys.join('\n')}\n`]),
  })
  await restartEach('gateway')
}
