import i18next from 'i18next'
import { createStore } from '../parley/store.ts'
import { stored } from '../parley/stored.ts'
import en from './en.json'

/** The languages of the page, each by its own name. Every one has all texts, which a test sees to. */
export const languages = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const
export type Language = keyof typeof languages

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en }
  }
}

const catalogues = { de: () => import('./de.json'), ar: () => import('./ar.json') }
const writtenFromTheRight: Language[] = ['ar']
const letters = {
  fromTheRight: /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u,
  any: /\p{L}/u,
}
const key = 'parley:language'

/** The language that is shown. */
export const language = createStore<Language>('en')

void i18next.init({
  lng: 'en',
  resources: { en: { translation: en } },
  initAsync: false, // English is here
  nsSeparator: false,
  interpolation: { escape: isolated, skipOnVariables: true },
})

/** A text of the catalogue in the page's language. Who calls it while drawing is drawn anew when that changes. */
export const { t } = i18next

/** Shows the language chosen in this browser, else the first of the reader's that there is. */
export function showUsualLanguage(): Promise<void> {
  const wanted = [stored.get(key) ?? '', ...navigator.languages].map((tag) => tag.split('-')[0]!)
  return show(wanted.find(isLanguage) ?? 'en')
}

/** Shows a language and keeps the choice. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  await show(chosen)
  if (language.get() === chosen) stored.set(key, chosen)
}

/** The form in which the reader writes dates and numbers: British ones, say, for a British reader of English. */
function locale(): string {
  const own = navigator.languages.find((tag) => tag.split('-')[0] === language.get())
  // With other digits, numbers would look different from those in code and addresses beside them.
  return new Intl.Locale(own ?? language.get(), { numberingSystem: 'latn' }).toString()
}

/** Makes something of the language's form once for each language: formats are slow to make. */
export function perLocale<T>(make: (locale: string) => T): () => T {
  let made: { of: string; value: T } | undefined
  return () => {
    const of = language.get()
    if (made?.of !== of) made = { of, value: make(locale()) }
    return made.value
  }
}

async function show(next: Language): Promise<void> {
  if (next !== 'en' && !i18next.hasResourceBundle(next, 'translation')) {
    const catalogue = await catalogues[next]().catch(() => undefined)
    if (!catalogue) return // away: what is shown stays
    i18next.addResourceBundle(next, 'translation', catalogue.default)
  }
  await i18next.changeLanguage(next)
  document.documentElement.lang = next
  document.documentElement.dir = isFromTheRight(next) ? 'rtl' : 'ltr'
  language.set(next)
}

/** Names, one after the other, as the language writes them. */
export function listOf(names: string[]): string {
  return lists().format(names.map(isolated))
}

const lists = perLocale((locale) => new Intl.ListFormat(locale, { type: 'unit', style: 'short' }))

function isFromTheRight(tag: Language): boolean {
  return writtenFromTheRight.includes(tag)
}

/** What is put into a sentence, kept from turning the words around it: a name may be written in the other direction. */
function isolated(text: string): string {
  const turns = isFromTheRight(language.get()) ? letters.any : letters.fromTheRight
  return turns.test(text) ? `\u2068${text}\u2069` : text
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(languages, tag)
}
