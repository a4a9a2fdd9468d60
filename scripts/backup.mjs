// npm run backup [-- FOLDER]: what a running Compose keeps, as of one moment and without stopping anything: the database,
// and the key that signs sessions. `npm run restore -- FOLDER` brings it back.
import { createWriteStream } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { compose } from './compose.mjs'
import { fail, say } from './setup.mjs'

const folder = resolve(process.argv[2] ?? `backups/${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}`)
try {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const dump = join(folder, 'database.dump')
  // Under another name until it is whole: half of a backup is none.
  const file = createWriteStream(`${dump}.part`, { mode: 0o600 })
  const written = finished(file)
  await compose(['exec', '-T', 'postgres', 'pg_dump', '--username=parley', '--format=custom', 'parley'], {
    output: file,
  })
  await written
  const key = await compose(['exec', '-T', 'gateway', 'cat', '/run/parley/signing/key.pem'])
  await writeFile(join(folder, 'signing-key.pem'), `${key}\n`, { mode: 0o600 })
  await rename(`${dump}.part`, dump)
  say(`all of it is in ${folder}`)
} catch (error) {
  fail(`No backup was made. ${error.message}`)
}
