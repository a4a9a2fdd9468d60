import { nameOfWorker, runService, supervises, superviseWorkers } from '@parley/kit'
import * as Type from 'typebox'

// A program of which several run: each tells its name and process id.

await runService('worker', Type.Object({ WORKERS: Type.Integer() }), async ({ WORKERS }, log) => {
  if (supervises(WORKERS)) return superviseWorkers(WORKERS, log)
  process.stdout.write(`here ${nameOfWorker('node')} ${process.pid}\n`)
  const timer = setInterval(() => {}, 1_000)
  return { close: async () => clearInterval(timer) }
})
