import { type Logger, pino } from 'pino'

export type { Logger }

/** A service's logger: JSON lines, or readable ones on a terminal. `LOG_LEVEL` sets the level. */
export function createLogger(name: string): Logger {
  return pino({
    name,
    level: process.env.LOG_LEVEL || 'info',
    redact: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.token', '*.ticket'],
    ...(process.stdout.isTTY ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } } : {}),
  })
}
