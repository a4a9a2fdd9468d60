// Makes the installation's secrets on the first run, one file each, in the volumes that only those mount who need them.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const folder = '/run/parley'
const random = () => randomBytes(32).toString('base64url')

/** Readable for all in the container, because each image runs as another user; the volume decides who sees it. */
function keep(path, make) {
  if (existsSync(`${folder}/${path}`)) return
  writeFileSync(`${folder}/${path}`, make(), { mode: 0o444 })
  console.log(`made ${path}`)
}

keep('database/password', random)
const password = readFileSync(`${folder}/database/password`, 'utf8')
keep('database/url', () => `postgres://parley:${password}@postgres:5432/parley`)
keep('database/replica-url', () => `postgres://parley:${password}@postgres-replica:5432/parley`)
keep('internal/token', random)
keep('signing/key.pem', () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
