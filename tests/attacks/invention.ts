/** As much of JSON Schema as Parley's own description uses. */
export type Schema = {
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  const?: unknown
  enum?: unknown[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
}

const odd: unknown[] = [
  null,
  true,
  '',
  ' ',
  -1,
  0.5,
  2 ** 53,
  1e308,
  '\u0000',
  'a\ud800b',
  '\u202egnp.exe',
  '../../../etc/passwd',
  "' or 1=1 --",
  '%00%ff',
  '{{7*7}}',
  'a'.repeat(5_000),
  [],
  {},
  [[[[[]]]]],
  { __proto__: null, constructor: { prototype: {} } },
  '0000-99-99T99:99:99Z',
  '🎉'.repeat(50),
]

/**
 * Invents values for a schema: mostly ones that it takes, now and then something else. The same seed invents the same.
 *
 * @param ids that exist somewhere, and may be put where an id is asked for
 */
export function createInvention(seed: number, ids: string[]) {
  let state = seed >>> 0
  /** Mulberry32 (Tommy Ettinger, public domain): a number from 0 to 1. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const chance = (of: number) => next() < of
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!
  const whole = (least: number, most: number) => Math.floor(least + next() * (most - least + 1))

  function valueFor(schema: Schema): unknown {
    if (chance(0.08)) return pick(odd)
    if (schema.const !== undefined) return schema.const
    if (schema.enum) return pick(schema.enum)
    if (schema.anyOf) return valueFor(pick(schema.anyOf))
    switch (schema.type) {
      case 'object':
        return objectFor(schema)
      case 'array':
        return Array.from({ length: whole(0, Math.min(schema.maxItems ?? 3, 3)) }, () => valueFor(schema.items ?? {}))
      case 'integer':
        return whole(schema.minimum ?? -5, Math.min(schema.maximum ?? 1_000, 1_000_000))
      case 'number':
        return (schema.minimum ?? 0) + next() * ((schema.maximum ?? 10) - (schema.minimum ?? 0))
      case 'boolean':
        return chance(0.5)
      case 'null':
        return null
      default:
        return stringFor(schema)
    }
  }

  function objectFor({ properties = {}, required = [] }: Schema): object {
    const named = Object.entries(properties).filter(([name]) => required.includes(name) || chance(0.5))
    const entries = named.filter(() => !chance(0.03)).map(([name, schema]) => [name, valueFor(schema)] as const)
    return Object.fromEntries(chance(0.05) ? [...entries, ['more', pick(odd)]] : entries)
  }

  function stringFor({ format, pattern, minLength = 0, maxLength = 20 }: Schema): string {
    if (format === 'uuid' || pattern?.includes('[0-9a-f]{8}')) return chance(0.5) ? pick(ids) : crypto.randomUUID()
    if (format === 'email') return `${whole(1, 1e9)}@example.org`
    if (format?.startsWith('date')) return new Date(whole(0, 2e12)).toISOString()
    const length = whole(minLength, Math.max(minLength, Math.min(maxLength, 40)))
    return Array.from({ length }, () => pick([...'abc de-_@#é漢"\\%'])).join('')
  }

  return { chance, pick, valueFor }
}
