import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/** What no line may tell, wherever in it. */
const secrets = [
  'accessToken',
  'apiKey',
  'authorization',
  'cookie',
  'password',
  'passwordHash',
  'secret',
  'signingKey',
  'ticket',
  'token',
  '["set-cookie"]',
]
const at = (depth: string) => secrets.map((name) => (name.startsWith('[') ? depth.slice(0, -1) + name : depth + name))

/**
 * A service's logger: JSON lines, or readable ones on a terminal. `LOG_LEVEL` sets the level. Secrets are struck out
 * under their usual names, in the line itself and in objects down to the third in each other.
 */
export function createLogger(name: string, destination?: DestinationStream): Logger {
  const options = { name, level: process.env.LOG_LEVEL || 'info', redact: ['', '*.', '*.*.', '*.*.*.'].flatMap(at) }
  if (destination) return pino(options, destination)
  const pretty = { target: 'pino-pretty', options: { ignore: 'pid,hostname' } }
  return pino({ ...options, ...(process.stdout.isTTY && { transport: pretty }) })
}
