// Sets up what is missing on a machine that has Node 20 or later and npm, and nothing else: the Node that the project
// runs on, its dependencies, the built page. Runs on whatever Node starts it, and so uses nothing that is new.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const state = join(root, '.parley')

/** uWebSockets.js brings its binaries for this major version; type stripping needs 22.18. */
const major = 22
const leastMinor = 18

export function say(line) {
  process.stderr.write(`parley: ${line}\n`)
}

/** Ends the process with a sentence that says what to do. */
export function fail(line) {
  say(line)
  process.exit(1)
}

/** @returns the path of a Node that the project runs on, from the npm registry where this machine's is another */
export async function ensureNode() {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)
  if (ownMajor === major && ownMinor >= leastMinor) return process.execPath
  const folder = join(state, `node-${major}`)
  const windows = process.platform === 'win32'
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`
  const node = join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
  if (existsSync(node)) return node
  say(`getting Node ${major} (this machine has ${process.versions.node}) …`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const got = await run(
    process.execPath,
    [npm(), 'install', '--no-audit', '--no-fund', '--no-save', `${name}@${major}`],
    {
      cwd: folder,
      quiet: true,
    },
  )
  if (got !== 0 || !existsSync(node)) {
    fail(
      `Node ${major} could not be fetched from the npm registry. Check the connection, or install Node ${major} yourself.`,
    )
  }
  return node
}

/** Installs the dependencies, under the Node that runs them, when the lockfile has changed since. */
export async function ensureDependencies(node) {
  const stamp = join(state, 'installed')
  const wanted = hash([join(root, 'package-lock.json')], execFileSync(node, ['-p', 'process.version+process.arch']))
  if (existsSync(join(root, 'node_modules')) && isStamped(stamp, wanted)) return
  say('installing dependencies …')
  const code = await run(node, [npm(), 'ci', '--no-audit', '--no-fund'], { env: withNode(node), quiet: true })
  if (code !== 0) fail('The dependencies could not be installed. What npm said stands above.')
  mark(stamp, wanted)
}

/** Builds the page when something that it is made of has changed since. */
export async function ensurePage(node) {
  const stamp = join(state, 'built')
  const sources = ['web', 'packages/protocol', 'packages/client'].flatMap((folder) => filesIn(join(root, folder)))
  const wanted = hash([...sources, join(root, 'package-lock.json')])
  if (existsSync(join(root, 'web/dist/index.html')) && isStamped(stamp, wanted)) return
  say('building the page …')
  const code = await run(node, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'web'),
    env: withNode(node),
    quiet: true,
  })
  if (code !== 0) fail('The page could not be built. What Vite said stands above.')
  mark(stamp, wanted)
}

/** @returns the exit code. A quiet command's output is shown only when it fails. */
export function run(command, args, { cwd = root, env = process.env, quiet = false, detached = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, detached, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' })
    const output = []
    for (const stream of quiet ? [child.stdout, child.stderr] : []) stream.on('data', (chunk) => output.push(chunk))
    child.on('error', (error) => {
      say(error.message)
      resolve(1)
    })
    child.on('close', (code, signal) => {
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(output))
      resolve(signal ? 1 : code)
    })
  })
}

/** The environment in which `node` and `npm` are those that the project runs on. */
export function withNode(node) {
  const separator = process.platform === 'win32' ? ';' : ':'
  return { ...process.env, PATH: `${dirname(node)}${separator}${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: '1' }
}

function npm() {
  const path = process.env.npm_execpath
  if (!path || !existsSync(path)) fail('Start this through npm, like `npm start`.')
  return path
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.turbo'].includes(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}

function hash(files, extra = '') {
  const sum = createHash('sha256').update(extra)
  for (const file of files.sort()) sum.update(relative(root, file)).update(readFileSync(file))
  return sum.digest('hex')
}

function isStamped(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
}

/** Written beside and moved into place: a setup that was cut off is made again. */
function mark(stamp, wanted) {
  mkdirSync(state, { recursive: true })
  rmSync(stamp, { force: true })
  writeFileSync(`${stamp}.new`, wanted)
  renameSync(`${stamp}.new`, stamp)
}
