import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'

const run = promisify(execFile)
const port = 16_379
const name = 'parley-bench-redis'

/** Starts a Redis of its own in a container, on this machine's network: no port forwarding in the way. */
export async function startRedis(): Promise<{ url: string; close(): Promise<void> }> {
  const redis = ['redis-server', '--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no']
  await run('docker', ['rm', '--force', name]) // of a run that was cut off
  await run('docker', ['run', '--detach', '--rm', '--name', name, '--network', 'host', 'redis:8', ...redis])
  const url = `redis://127.0.0.1:${port}`
  const client = new Redis(url)
  client.on('error', () => {}) // it tries again
  await client.ping()
  client.disconnect()
  return {
    url,
    close: async () => void (await run('docker', ['rm', '--force', name])),
  }
}
