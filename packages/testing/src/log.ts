import { createLogger, type Logger } from '@parley/kit'

/** A logger that is silent unless `LOG_LEVEL` asks otherwise. */
export function createTestLogger(): Logger {
  const log = createLogger('test')
  if (!process.env.LOG_LEVEL) log.level = 'silent'
  return log
}
