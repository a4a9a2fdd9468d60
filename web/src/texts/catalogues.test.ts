import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import ar from './ar.json' with { type: 'json' }
import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }

type Catalogue = { [key: string]: string | Catalogue }

const others = { de, ar }
const english = new Map(entriesOf(en))

/** The text that a form of counting is one of, by its key; undefined for what is not counted. */
function countedOf(key: string): string | undefined {
  const text = key.replace(/_(zero|one|two|few|many|other)$/, '')
  return english.has(`${text}_other`) ? text : undefined
}

function entriesOf(catalogue: Catalogue, prefix = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : entriesOf(value, `${prefix}${key}.`),
  )
}

/** The keys that a language has to have: of what is counted, one for each of its forms. */
function keysFor(language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  const keys = [...english.keys()].flatMap((key) => {
    const counted = countedOf(key)
    return counted ? forms.map((form) => `${counted}_${form}`) : [key]
  })
  return [...new Set(keys)].sort()
}

function placeholdersOf(text: string | undefined): string[] {
  return [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort()
}

async function sources(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true })
  const read = files.filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
  return (await Promise.all(read.map((name) => readFile(`${folder}/${name}`, 'utf8')))).join('\n')
}

for (const [language, catalogue] of Object.entries({ en, ...others })) {
  it(`${language} has every text, in each form that the language counts by`, () => {
    expect(
      entriesOf(catalogue)
        .map(([key]) => key)
        .sort(),
    ).toEqual(keysFor(language))
    for (const [key, text] of entriesOf(catalogue)) expect(text.trim(), key).not.toBe('')
  })
}

for (const [language, catalogue] of Object.entries(others)) {
  it(`${language} puts into each text what English does`, () => {
    for (const [key, text] of entriesOf(catalogue)) {
      const counted = countedOf(key)
      const wanted = placeholdersOf(english.get(counted ? `${counted}_other` : key))
      // A form that is for one number may say it in a word.
      const said = (names: string[]) => names.filter((name) => !counted || name !== 'count')
      expect(said(placeholdersOf(text)), key).toEqual(said(wanted))
    }
  })
}

it('every text is used by the page', async () => {
  const source = await sources(`${import.meta.dirname}/..`)
  const used = new Set([...source.matchAll(/['"`]([a-zA-Z_]+(?:\.\w+)+)['"`]/g)].map(([, key]) => key))
  const prefixes = [...source.matchAll(/`([a-zA-Z.]+\.)\$\{/g)].map(([, prefix]) => prefix!)
  const unused = [...english.keys()].filter((key) => {
    const name = countedOf(key) ?? key
    return !used.has(name) && !prefixes.some((prefix) => name.startsWith(prefix))
  })
  expect(unused).toEqual([])
})

it('no text stands in the code', async () => {
  const source = await sources(`${import.meta.dirname}/..`)
  const attributes = source.match(
    /\b(?:aria-label|title|placeholder|label|hint|legend|waiting|done)="[^"]*\p{L}[^"]*"/gu,
  )
  const properties = source.match(/\b(?:label|title|text|hint): '[^']*\p{L}[^']*'/gu)
  expect([...(attributes ?? []), ...(properties ?? [])]).toEqual([])
})
