// npm run restore -- FOLDER: puts back what `npm run backup` has kept. What was written since then is gone. People are
// cut off meanwhile, and come back by themselves.
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { compose, untilHealthy } from './compose.mjs'
import { fail, say } from './setup.mjs'

const services = ['gateway', 'chat-ws', 'history', 'ai-worker']
if (!process.argv[2]) fail('Name the folder of the backup: npm run restore -- backups/…')
const folder = resolve(process.argv[2])
const [dump, key] = [join(folder, 'database.dump'), join(folder, 'signing-key.pem')]
for (const file of [dump, key]) await access(file).catch(() => fail(`${file} is not there.`))

try {
  say('stopping the services …')
  await compose(['stop', ...services])
  say('restoring the database …')
  // Into an empty database: what stands in the present one and not in the backup would stay.
  await psql('drop database parley with (force)')
  await psql('create database parley')
  const restore = ['pg_restore', '--username=parley', '--dbname=parley', '--no-owner', '--single-transaction']
  await compose(['exec', '-T', 'postgres', ...restore], { input: createReadStream(dump) })
  const writeKey = [
    '--no-deps',
    '--entrypoint=',
    'secrets',
    'sh',
    '-c',
    'cd /run/parley/signing && rm -f key.pem && cat > key.pem && chmod 444 key.pem',
  ]
  await compose(['run', '--rm', '-T', ...writeKey], { input: createReadStream(key) })
  // What waits there belongs to what was; the prompts of the backup are queued again from the database.
  await compose(['exec', '-T', 'redis', 'redis-cli', 'flushall'])
  say('starting the services …')
  await compose(['start', ...services])
  for (const container of (await compose(['ps', '--quiet', ...services])).split('\n')) await untilHealthy(container)
  say('Parley is as it was.')
} catch (error) {
  fail(`It could not be restored whole. ${error.message}`)
}

function psql(statement) {
  const args = ['psql', '--username=parley', '--dbname=postgres', '--quiet', '--set=ON_ERROR_STOP=1']
  return compose(['exec', '-T', 'postgres', ...args], { input: Readable.from([statement]) })
}
