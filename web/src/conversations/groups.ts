import type { ConversationSummary } from '@parley/protocol'
import { perLocale, t } from '../texts/texts.ts'

export type Group = { name: string; items: ConversationSummary[] }

const formats = perLocale((locale) => ({
  month: new Intl.DateTimeFormat(locale, { month: 'long' }),
  monthOfYear: new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }),
}))

/** What is pinned first; then under the time of the last activity, in the order given: today, …, month by month. */
export function groupsOf(items: ConversationSummary[], now = new Date()): Group[] {
  const pinned = items.filter(({ place }) => place === 'pinned')
  const groups: Group[] = pinned.length > 0 ? [{ name: t('conversations.groups.pinned'), items: pinned }] : []
  for (const item of items) {
    if (item.place !== 'list') continue
    const name = nameOf(new Date(item.activeAt), now)
    const last = groups.at(-1)
    if (last?.name === name) last.items.push(item)
    else groups.push({ name, items: [item] })
  }
  return groups
}

function nameOf(date: Date, now: Date): string {
  const daysBack = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days)
  if (date >= daysBack(0)) return t('conversations.groups.today')
  if (date >= daysBack(1)) return t('conversations.groups.yesterday')
  if (date >= daysBack(7)) return t('conversations.groups.week')
  if (date >= daysBack(30)) return t('conversations.groups.month')
  const { month, monthOfYear } = formats()
  return date.getFullYear() === now.getFullYear() ? month.format(date) : monthOfYear.format(date)
}
