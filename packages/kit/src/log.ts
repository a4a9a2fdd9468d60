import { context, trace } from '@opentelemetry/api'
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
 * under their usual names, in the line itself and in objects down to the third in each other. What is logged within a
 * trace has its id.
 */
export function createLogger(name: string, destination?: DestinationStream): Logger {
  const mixin = () => {
    const span = trace.getSpanContext(context.active())
    return span ? { traceId: span.traceId } : {}
  }
  const redact = ['', '*.', '*.*.', '*.*.*.'].flatMap(at)
  const options = { name, level: process.env.LOG_LEVEL || 'info', redact, mixin }
  if (destination) return pino(options, destination)
  const pretty = { target: 'pino-pretty', options: { ignore: 'pid,hostname' } }
  return pino({ ...options, ...(process.stdout.isTTY && { transport: pretty }) })
}
