import { inject } from 'vitest'
import { containersIn, docker } from './docker.ts'

export * from './docker.ts'

/** The running containers of a service, of the project that is tested where none is named. */
export async function containersOf(service: string, project = inject('composeProject')): Promise<string[]> {
  return containersIn(project, service)
}

/** CPU seconds that a service's containers have used since they started. Those of a killed process stay counted. */
export async function cpuSecondsOf(service: string): Promise<number> {
  const usages = await Promise.all(
    (await containersOf(service)).map(async (container) => {
      const script = 'cat /sys/fs/cgroup/cpu.stat || cat /sys/fs/cgroup/cpuacct/cpuacct.usage' // cgroup 2, or 1
      const text = await docker('exec', container, 'sh', '-c', script)
      const micros = /usage_usec (\d+)/.exec(text)?.[1]
      return micros === undefined ? Number(text) / 1e9 : Number(micros) / 1e6
    }),
  )
  return usages.reduce((sum, seconds) => sum + seconds, 0)
}
