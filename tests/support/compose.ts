import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')

declare module 'vitest' {
  interface ProvidedContext {
    composeOrigin: string
    composeProject: string
    providerPort: number
  }
}

/** Docker Compose with these settings, as a function of its arguments. */
export function composeOf(settings: Record<string, string>): (...args: string[]) => Promise<void> {
  return composeIn(root, settings)
}

/** The same, with the project's files of another folder. */
export function composeIn(cwd: string, settings: Record<string, string>): (...args: string[]) => Promise<void> {
  return async (...args) => {
    const env = { ...process.env, ...settings }
    await promisify(execFile)('docker', ['compose', ...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 })
  }
}
