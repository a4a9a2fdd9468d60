import closeWithGrace from 'close-with-grace'
import type * as Type from 'typebox'
import { readSettings, SettingError } from './config.ts'
import { createLogger, type Logger } from './log.ts'
import { startTracing } from './tracing.ts'

const graceMs = 10_000

/** What every service is once started. */
export type Service = { close(): Promise<void> }

/**
 * Runs a service as a process: reads its settings, starts it, and on SIGTERM or SIGINT stops it within 10 s. A wrong
 * setting ends the process with one line that names it.
 */
export async function runService<S extends Type.TObject>(
  name: string,
  schema: S,
  start: (settings: Type.Static<S>, log: Logger) => Promise<Service>,
): Promise<void> {
  const log = createLogger(name)
  let endTracing = async () => {}
  let service: Service | undefined
  closeWithGrace({ delay: graceMs, logger: false }, async ({ err, signal }) => {
    if (err) log.fatal(err, 'stopping after an error')
    else log.info({ signal }, 'stopping')
    await service?.close()
    await endTracing().catch(() => {}) // the collector is away
  })
  try {
    endTracing = await startTracing(name)
    service = await start(readSettings(schema), log)
  } catch (error) {
    if (error instanceof SettingError) {
      process.stderr.write(`${name}: ${error.message}\n`)
      process.exit(78) // EX_CONFIG of sysexits.h
    }
    log.fatal(error, 'could not start')
    process.exit(1)
  }
}
