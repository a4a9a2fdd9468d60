import { t } from '../texts/texts.ts'

const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
]

/** What a browser calls itself, as people would: a browser on a system, else its own words. */
export function deviceName(userAgent: string): string {
  const named = (all: [RegExp, string][]) => all.find(([words]) => words.test(userAgent))?.[1]
  const [browser, system] = [named(browsers), named(systems)]
  if (browser && system) return t('settings.device', { browser, system })
  return browser ?? (userAgent.slice(0, 60) || t('settings.aProgram'))
}
