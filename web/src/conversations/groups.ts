import type { ConversationSummary } from '@parley/protocol'

export type Group = { name: string; items: ConversationSummary[] }

const month = new Intl.DateTimeFormat(undefined, { month: 'long' })
const monthOfYear = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' })

/** What is pinned first; then under the time of the last activity, in the order given: today, …, month by month. */
export function groupsOf(items: ConversationSummary[], now = new Date()): Group[] {
  const pinned = items.filter(({ place }) => place === 'pinned')
  const groups: Group[] = pinned.length > 0 ? [{ name: 'Pinned', items: pinned }] : []
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
  if (date >= daysBack(0)) return 'Today'
  if (date >= daysBack(1)) return 'Yesterday'
  if (date >= daysBack(7)) return 'Previous 7 days'
  if (date >= daysBack(30)) return 'Previous 30 days'
  return date.getFullYear() === now.getFullYear() ? month.format(date) : monthOfYear.format(date)
}
