import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

/** What a command of Docker prints. */
export async function docker(...args: string[]): Promise<string> {
  return (await promisify(execFile)('docker', args)).stdout.trim()
}

/** The running containers of a service of a Compose project. */
export async function containersIn(project: string, service: string): Promise<string[]> {
  const filters = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`]
  const ids = await docker('ps', '--quiet', ...filters.flatMap((filter) => ['--filter', `label=${filter}`]))
  return ids.split('\n').filter(Boolean)
}

/** The value of a metric that a service's container tells. */
export async function metricOf(container: string, port: number, name: string): Promise<number> {
  const script = `fetch('http://127.0.0.1:${port}/metrics').then(r=>r.text()).then(t=>console.log(t))`
  const text = await docker('exec', container, 'node', '-e', script)
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])
}

/**
 * Freezes a container's processes, as a machine that hangs does, or lets them go on. A kernel with much to do may not get
 * hold of all of them in time; it is asked a few times.
 */
export async function freeze(container: string, frozen: boolean): Promise<void> {
  for (let triesLeft = 4; ; triesLeft -= 1) {
    try {
      await docker(frozen ? 'pause' : 'unpause', container)
      return
    } catch (error) {
      if (triesLeft === 0 || !(error as Error).message.includes('unable to freeze')) throw error
    }
  }
}

/** A container's own addresses, which only Docker's host can reach, and not on every system. */
export async function addressesOf(container: string): Promise<string[]> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'
  return (await docker('inspect', '--format', format, container)).split(' ')
}

/** What a container has logged. */
export function logsOf(container: string): Promise<string> {
  return docker('logs', container)
}

/** Stops a container as an operator does: SIGTERM, and time to leave. */
export async function stopGently(container: string): Promise<void> {
  await docker('stop', container)
}

/** Starts a container that was stopped. */
export async function startAgain(container: string): Promise<void> {
  await docker('start', container)
}

/**
 * Kills a container's process with SIGKILL from outside, as a crash does: Docker then restarts it by its policy. Where
 * the process is out of reach (Docker in a virtual machine), Docker kills it and is told to start it again.
 */
export async function killHard(container: string): Promise<void> {
  const pid = Number(await docker('inspect', '--format', '{{.State.Pid}}', container))
  if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
  else await killAndStart(container)
}

/** Kills a container with SIGKILL and starts it at once, without the growing waits of Docker's own restarts. */
export async function killAndStart(container: string): Promise<void> {
  await docker('kill', '--signal', 'KILL', container)
  await docker('start', container)
}
