import { type ConversationSummary, newId } from '@parley/protocol'
import { expect, it } from 'vitest'
import { groupsOf } from './groups.ts'

const at = (...date: [number, number, number, number]): ConversationSummary => ({
  id: newId(),
  title: '',
  preview: '',
  role: 'owner',
  memberCount: 1,
  head: 1,
  lastReadSeq: 1,
  activeAt: new Date(...date).toISOString(),
  place: 'list',
})

it('groups conversations by the calendar, not by hours', () => {
  const now = new Date(2026, 2, 2, 0, 30)
  const items = [
    at(2026, 2, 2, 0),
    at(2026, 2, 1, 23), // an hour and a half ago, and yesterday
    at(2026, 1, 28, 12),
    at(2026, 1, 24, 12),
    at(2026, 1, 3, 12),
    at(2026, 0, 5, 12),
    at(2025, 11, 5, 12),
  ]
  const groups = groupsOf(items, now).map(({ name, items }) => `${name}: ${items.length}`)
  expect(groups).toEqual([
    'Today: 1',
    'Yesterday: 1',
    'Previous 7 days: 2',
    'Previous 30 days: 1',
    'January: 1',
    'December 2025: 1',
  ])
})

it('puts what is pinned first, and leaves out what is in the archive', () => {
  const now = new Date(2026, 2, 2, 12)
  const [today, old, gone] = [at(2026, 2, 2, 0), at(2020, 0, 1, 0), at(2026, 2, 2, 0)]
  const groups = groupsOf([today, { ...gone, place: 'archive' }, { ...old, place: 'pinned' }], now)
  expect(groups.map(({ name, items }) => [name, items.map(({ id }) => id)])).toEqual([
    ['Pinned', [old.id]],
    ['Today', [today.id]],
  ])
})
