import { stored } from '../parley/stored.ts'

/** How the page looks, as whoever sits before it has chosen. */
export type Appearance = {
  theme: 'system' | 'light' | 'dark'
  contrast: 'normal' | 'high'
  /** Of the text, in percent of the browser's own size. */
  size: '90' | '100' | '115' | '130'
  /** What happens to lines of code that are too long. */
  code: 'scroll' | 'wrap'
}

const usual: Appearance = { theme: 'system', contrast: 'normal', size: '100', code: 'scroll' }
const key = (name: string) => `parley:look:${name}`

/** What was chosen in this browser. Who has asked the system for more contrast gets it until they choose here. */
export function readAppearance(): Appearance {
  const contrast = window.matchMedia('(prefers-contrast: more)').matches ? 'high' : usual.contrast
  const known = { ...usual, contrast }
  for (const name of Object.keys(usual) as (keyof Appearance)[]) {
    const value = stored.get(key(name))
    if (value) Object.assign(known, { [name]: value })
  }
  return known
}

/** Keeps a choice, and shows it. */
export function writeAppearance(appearance: Appearance): void {
  for (const [name, value] of Object.entries(appearance)) stored.set(key(name), value)
  showAppearance(appearance)
}

export function showAppearance({ theme, contrast, size, code }: Appearance): void {
  const { dataset, style } = document.documentElement
  dataset.theme = theme
  dataset.contrast = contrast
  dataset.code = code
  style.fontSize = `${size}%`
}
