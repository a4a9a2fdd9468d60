import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, cp, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Whom the server runs as: ourselves, or, since Postgres refuses to run as root, the system's `nobody`. */
export type Owner = { identity: { uid?: number; gid?: number }; own(path: string): Promise<void> }
type Place = { bin: string; folder: string; owner: Owner }

const self: Owner = { identity: {}, own: async () => {} }

/**
 * Where Postgres' programs and data can lie. As root the server runs as `nobody`, who must be able to reach both: where
 * a parent folder is closed to others (as `/root` is), they move to a folder under `/var/lib`, one for each `folder`.
 */
export async function placeFor(folder: string, bin: string): Promise<Place> {
  const wanted = resolve(folder)
  if (process.getuid?.() !== 0) {
    await mkdir(wanted, { recursive: true })
    return { bin, folder: wanted, owner: self }
  }
  const nobody = await findNobody()
  const owner: Owner = { identity: nobody, own: (path) => chown(path, nobody.uid, nobody.gid) }
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  const open = (await isOpenToOthers(dirname(wanted))) && (await isOpenToOthers(bin))
  const home = open ? wanted : join('/var/lib', `parley-${key}`)
  await mkdir(join(home, 'postgres'), { recursive: true, mode: 0o755 })
  await owner.own(home)
  await owner.own(join(home, 'postgres'))
  return { bin: open ? bin : await copyPrograms(bin, home), folder: home, owner }
}

async function findNobody(): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (!uid || !gid) throw new Error('Postgres cannot run as root, and there is no user "nobody" to run it as.')
  return { uid: Number(uid), gid: Number(gid) }
}

async function isOpenToOthers(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && ((await stat(at)).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Copies `native/` (programs and the libraries beside them) once for each version of the package. */
async function copyPrograms(bin: string, home: string): Promise<string> {
  const native = dirname(bin)
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string }
  const copy = join(home, `programs-${version}`)
  if (!existsSync(join(copy, 'complete'))) {
    await cp(native, copy, { recursive: true, verbatimSymlinks: true })
    await mkdir(join(copy, 'complete'))
  }
  return join(copy, 'bin')
}
