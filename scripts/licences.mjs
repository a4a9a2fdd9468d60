// What Parley is delivered with may be used by everybody: each dependency's licence is one of these, or stands below with
// the reason why it is fine. By package-lock.json, so that nothing needs to be installed; run by `npm run check`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const free = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
])
/** Used as they are; changes to their own files would have to be given on, and there are none. */
const unchanged = new Set(['MPL-2.0'])
const exceptions = {
  elkjs: 'EPL-2.0 by choice; a layout of Mermaid’s, loaded as it is when a diagram asks for it',
  khroma: 'MIT by its licence file; its manifest does not say',
}

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'))
const unknown = Object.entries(packages).flatMap(([path, { license, dev, link }]) => {
  const name = path.split('node_modules/').at(-1)
  if (!path.includes('node_modules/') || dev || link || Object.hasOwn(exceptions, name)) return []
  const choices = (license ?? '').replace(/[()]/g, '').split(' OR ')
  return choices.some((each) => free.has(each) || unchanged.has(each)) ? [] : [`${name}: ${license ?? 'none told'}`]
})
if (unknown.length > 0) {
  process.stderr.write(`These may be delivered only on terms that nobody has looked at:\n${unknown.join('\n')}\n`)
  process.exit(1)
}
