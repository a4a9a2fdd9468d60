import { spawn } from 'node:child_process'
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
