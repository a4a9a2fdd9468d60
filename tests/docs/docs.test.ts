import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { operations, withSettings } from './settings.ts'

it('docs/operations.md has every setting of every service (npm run settings writes it)', async () => {
  expect(await readFile(operations, 'utf8')).toBe(await withSettings())
})

it('docs/operations.md says for every alert what to do', async () => {
  const alerts = await readFile(join(import.meta.dirname, '../../deploy/observability/alerts.yaml'), 'utf8')
  const names = Array.from(alerts.matchAll(/alert: (\w+)/g), ([, name]) => name!)
  const text = await readFile(operations, 'utf8')
  expect(names.length).toBeGreaterThan(5)
  for (const name of names) {
    expect(alerts).toContain(`docs/operations.md#${name.toLowerCase()}`)
    expect(text, name).toMatch(new RegExp(`^#+ ${name}$`, 'm'))
  }
})
