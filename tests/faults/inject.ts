import { setTimeout as sleep } from 'node:timers/promises'
import { containersIn, docker, freeze, killHard, startAgain, stopGently } from '../support/docker.ts'
import type { Fault } from './plan.ts'

/** Holds the disk of the database that is under test, and can fill it. */
const keeper = 'disk'

/** Does a fault to a container of this Compose project. Resolves when it is over. */
export async function inject(project: string, { kind, service, which, seconds }: Fault): Promise<void> {
  if (kind === 'full disk') return fillDisk(project, seconds)
  const containers = (await containersIn(project, service)).sort()
  const container = containers[Math.floor(which * containers.length)]!
  switch (kind) {
    case 'kill':
      return killHard(container)
    case 'restart':
      await stopGently(container)
      return startAgain(container)
    case 'pause':
      await freeze(container, true)
      await sleep(seconds * 1_000)
      return freeze(container, false)
    case 'partition':
      return partition(project, { container, service, seconds })
  }
}

/** Takes a container off the network of the services, and lets it come back, with another address, as it does elsewhere. */
async function partition(
  project: string,
  { container, service, seconds }: { container: string; service: string; seconds: number },
) {
  const network = `${project}_inside`
  await docker('network', 'disconnect', network, container)
  await sleep(seconds * 1_000)
  await docker('network', 'connect', '--alias', service, network, container)
}

async function fillDisk(project: string, seconds: number): Promise<void> {
  const [container] = await containersIn(project, keeper)
  const run = (script: string) => docker('exec', container!, 'sh', '-c', script)
  await run('dd if=/dev/zero of=/disk/filler bs=1M 2>/dev/null || true')
  await sleep(seconds * 1_000)
  await run('rm /disk/filler')
}
