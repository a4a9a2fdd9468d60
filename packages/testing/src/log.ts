import type { Logger } from '@parley/kit'
import { pino } from 'pino'

/** A logger that is silent unless `LOG_LEVEL` asks otherwise. `onLine` gets each line, whatever the level. */
export function createTestLogger(onLine?: (line: string) => void): Logger {
  if (onLine) return pino({ level: 'trace' }, { write: onLine })
  return pino({ level: process.env.LOG_LEVEL || 'silent' })
}
