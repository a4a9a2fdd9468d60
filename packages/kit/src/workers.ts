import cluster, { type Worker } from 'node:cluster'
import type { Logger } from './log.ts'
import type { Service } from './run.ts'

const restartAfterMs = 500
/** EX_CONFIG of sysexits.h: it would end the same way again. */
const wrongSetting = 78

/**
 * Whether this process is to look after `count` processes of its own program instead of doing the work itself. They share
 * the port, as far as what listens on it asks for SO_REUSEPORT, as uWebSockets.js does.
 */
export function supervises(count: number): boolean {
  return count > 1 && cluster.isPrimary
}

/** Name of this one of several processes of a program, unlike the others'. */
export function nameOfWorker(name: string): string {
  return cluster.worker ? `${name}-${cluster.worker.id}` : name
}

/** Runs this program so many times. One that ends is replaced; closing ends them as a signal does, and waits for them. */
export function superviseWorkers(count: number, log: Logger): Service {
  const workers = new Set<Worker>()
  let closing = false

  function start(): void {
    if (closing) return
    const worker = cluster.fork()
    workers.add(worker)
    worker.once('exit', (code, signal) => {
      workers.delete(worker)
      if (code === wrongSetting) process.exit(code)
      if (closing) return
      log.warn({ worker: worker.id, code, signal }, 'a worker process has ended; the next one starts')
      setTimeout(start, restartAfterMs)
    })
  }

  for (let n = 0; n < count; n += 1) start()
  log.info({ workers: count }, 'worker processes start')
  return {
    async close() {
      closing = true
      const ended = [...workers].map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
      for (const worker of workers) worker.process.kill('SIGTERM')
      await Promise.all(ended)
    },
  }
}
