import { readFileSync } from 'node:fs'
import * as Type from 'typebox'
import Value from 'typebox/value'

/** A setting that is wrong or missing. The message is one line that names it. */
export class SettingError extends Error {
  override name = 'SettingError'
}

/**
 * Reads settings from the environment: one variable a property of `schema`, converted to its type, with its default.
 * `NAME_FILE` names a file whose trimmed content is the value, as container secrets come. An empty value counts as unset.
 *
 * @throws SettingError naming the first setting that is missing or wrong.
 */
export function readSettings<S extends Type.TObject>(schema: S, env: NodeJS.ProcessEnv = process.env): Type.Static<S> {
  const raw: Record<string, unknown> = {}
  for (const name of Object.keys(schema.properties)) {
    const value = env[name] || readSecret(name, env[`${name}_FILE`])
    if (value) raw[name] = value
  }
  const settings = Value.Convert(schema, Value.Default(schema, raw))
  const [error] = Value.Errors(schema, settings)
  if (error) throw new SettingError(explain(schema, error))
  return settings as Type.Static<S>
}

function readSecret(name: string, path: string | undefined): string | undefined {
  if (!path) return undefined
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new SettingError(`${name}_FILE: cannot read ${path} (${(error as NodeJS.ErrnoException).code})`)
  }
}

function explain(schema: Type.TObject, error: { instancePath: string; message: string; params: object }): string {
  const missing = (error.params as { requiredProperties?: string[] }).requiredProperties?.[0]
  const name = missing ?? error.instancePath.slice(1).split('/')[0] ?? ''
  const description = (schema.properties[name] as { description?: string } | undefined)?.description
  return `${name} ${missing ? 'is not set' : error.message}${description ? ` (${description})` : ''}`
}

/** Settings that several services share, so that they are named and explained alike. */
export const setting = {
  text: (description: string, extra: object = {}) => Type.String({ description, minLength: 1, ...extra }),
  integer: (description: string, value: number, extra: object = {}) =>
    Type.Integer({ description, default: value, minimum: 0, ...extra }),
  port: (value: number) =>
    Type.Integer({ description: 'Port to listen on', default: value, minimum: 0, maximum: 65535 }),
  host: () => Type.String({ description: 'Address to listen on', default: '0.0.0.0' }),
  redisUrl: () =>
    Type.String({
      description: 'Redis, like redis://redis:6379; nodes of a cluster with commas between',
      pattern: '^rediss?://[^,]+(,rediss?://[^,]+)*$',
    }),
  natsUrl: () =>
    Type.String({
      description: 'NATS, like nats://nats:4222; servers of a cluster with commas between',
      pattern: '^(nats|tls)://[^,]+(,(nats|tls)://[^,]+)*$',
    }),
  natsReplicas: () =>
    Type.Integer({
      description: 'Servers that each keep the queue, where NATS is a cluster',
      default: 1,
      minimum: 1,
      maximum: 5,
    }),
  historyUrl: () => Type.String({ description: 'History, like http://history:7002', pattern: '^https?://' }),
  privateHosts: () =>
    Type.String({
      description:
        'Hosts inside this network that have names as of outside, with commas between; else such names are not called',
      default: '',
    }),
  internalToken: () =>
    Type.String({ description: 'Secret shared by the services, 32 characters or more', minLength: 32 }),
}

/** The names of a setting that has several, with commas between. */
export function readList(text: string): string[] {
  return text.split(',').flatMap((name) => name.trim().toLowerCase() || [])
}
