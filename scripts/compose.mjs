import { execFileSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './setup.mjs'

/**
 * Runs `docker compose` with these arguments.
 *
 * @param {string[]} args
 * @param {{ input?: import('node:stream').Readable, output?: import('node:stream').Writable }} streams
 * @returns {Promise<string>} what it prints, where no `output` takes it; rejects with what it complains of
 */
export function compose(args, { input, output } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', ['compose', ...args], {
      cwd: root,
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    let [printed, complaint] = ['', '']
    child.stderr.on('data', (piece) => {
      complaint = (complaint + piece).slice(-4_000)
    })
    if (output) child.stdout.pipe(output)
    else
      child.stdout.on('data', (piece) => {
        printed += piece
      })
    if (input) {
      child.stdin.on('error', () => {}) // it has ended, and says why
      input.pipe(child.stdin)
    }
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(printed.trim())
      else reject(new Error(complaint.trim() || `docker compose ${args[0]} ended with ${code}`))
    })
  })
}

const healthyWithinMs = 60_000

/** Restarts the containers of a service one after the other, each when the one before is well again. */
export async function restartEach(service) {
  for (const container of (await compose(['ps', '--quiet', service])).split('\n').filter(Boolean)) {
    execFileSync('docker', ['restart', container], { stdio: 'ignore' })
    await untilHealthy(container)
  }
}

/** Resolves when a container's health check says that it is well. */
export async function untilHealthy(container) {
  const format = '{{.State.Health.Status}}'
  for (const until = Date.now() + healthyWithinMs; Date.now() < until; await sleep(200)) {
    if (execFileSync('docker', ['inspect', '--format', format, container], { encoding: 'utf8' }).trim() === 'healthy')
      return
  }
  throw new Error(`${container} is not well after ${healthyWithinMs / 1_000} s.`)
}
