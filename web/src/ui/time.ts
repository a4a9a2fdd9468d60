import { perLocale } from '../texts/texts.ts'

const formats = perLocale((locale) => ({
  clock: new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }),
  day: new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }),
  dayOfYear: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' }),
  short: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }),
  full: new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }),
  relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
}))

const dayMs = 24 * 3600 * 1000

export const clockTime = (iso: string) => formats().clock.format(new Date(iso))
export const fullTime = (iso: string) => formats().full.format(new Date(iso))

/** Whole days between a moment and today, by the calendar. */
function daysAgo(date: Date): number {
  const midnight = (each: Date) => new Date(each.getFullYear(), each.getMonth(), each.getDate()).getTime()
  return Math.round((midnight(new Date()) - midnight(date)) / dayMs)
}

/** The heading above a day's messages: today, yesterday, a weekday, or a date. */
export function dayName(iso: string): string {
  const date = new Date(iso)
  const ago = daysAgo(date)
  const { relative, day, dayOfYear } = formats()
  if (ago < 2) return capital(relative.format(-ago, 'day'))
  return date.getFullYear() === new Date().getFullYear() ? day.format(date) : dayOfYear.format(date)
}

/** Whether two moments are of the same day, by the reader's clock. */
export function isSameDay(one: string, other: string): boolean {
  const hour = 'YYYY-MM-DDTHH'.length
  if (one.slice(0, hour) === other.slice(0, hour)) return true // as mostly; dates are slow to make
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** A short time for lists: the clock today, else the day. */
export function shortTime(iso: string): string {
  const date = new Date(iso)
  const { clock, short } = formats()
  return daysAgo(date) === 0 ? clock.format(date) : short.format(date)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
