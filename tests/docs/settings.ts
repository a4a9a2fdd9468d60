import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { modelSettings, settings as worker } from '@parley/ai-worker/settings'
import { settings as chat } from '@parley/chat-ws/settings'
import { settings as gateway } from '@parley/gateway/settings'
import { settings as history } from '@parley/history/settings'

export const operations = join(import.meta.dirname, '../../docs/operations.md')
const [begin, end] = ['<!-- settings -->', '<!-- /settings -->']
const services = { gateway, 'chat-ws': chat, history, 'ai-worker': { ...worker, ...modelSettings } }

type Schema = { description?: string; default?: unknown; '~optional'?: boolean }

/** docs/operations.md with its table of settings as the services' schemas say. */
export async function withSettings(): Promise<string> {
  const text = await readFile(operations, 'utf8')
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)]
  return `${text.slice(0, from)}\n\n${table()}\n\n${text.slice(to)}`
}

function table(): string {
  const rows = new Map<string, { schema: Schema; of: string[]; isNeeded: boolean }>()
  for (const [service, settings] of Object.entries(services)) {
    for (const [name, schema] of Object.entries(settings as Record<string, Schema>)) {
      const row = rows.get(name) ?? { schema, of: [], isNeeded: false }
      row.of.push(service)
      row.isNeeded ||= schema.default === undefined && !schema['~optional']
      rows.set(name, row)
    }
  }
  const lines = [...rows].map(([name, { schema, of, isNeeded }]) => {
    const hasMany = of.length > 1 && name === 'PORT' // each service has its own
    const value = hasMany || isUnset(schema) ? '' : `\`${schema.default}\``
    return [`\`${name}\``, escaped(schema.description ?? ''), isNeeded ? 'needed' : value, of.join(', ')]
  })
  return aligned([['setting', 'what it is', 'default', 'of'], ...lines])
}

const isUnset = ({ default: value }: Schema) => value === undefined || value === '' || typeof value === 'object'
const escaped = (text: string) => text.replaceAll('|', '\\|')

/** A table as the formatter leaves it. */
function aligned(rows: string[][]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)))
  const line = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  const [head, ...rest] = rows
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n')
}
