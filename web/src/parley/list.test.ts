import { type ConversationSummary, newId } from '@parley/protocol'
import { expect, it } from 'vitest'
import { applyToList, emptyList, withAnswer, withItems } from './list.ts'

const user = newId()
const summary = (values: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: newId(),
  title: 'Before',
  role: 'owner',
  memberCount: 1,
  place: 'list',
  head: 3,
  lastReadSeq: 1,
  preview: 'Some words',
  activeAt: '2026-01-01T00:00:00.000Z',
  ...values,
})

it('keeps what frames told while the list was on its way', () => {
  const asked = summary()
  const list = withItems(emptyList, [asked])
  const bump = { head: 4, title: 'After', preview: 'More words', activeAt: '2026-01-01T00:00:01.000Z' }
  const told = applyToList(list, { type: 'bump', conversation: asked.id, ...bump }, user).list
  const [item] = withAnswer(told, [asked]).items
  expect(item).toMatchObject(bump)
})

it('takes what the answer knows better, and what frames do not tell', () => {
  const known = summary({ head: 4, title: 'After' })
  const answer = summary({ id: known.id, head: 4, preview: '', title: 'Later' })
  expect(withAnswer(withItems(emptyList, [known]), [answer]).items).toEqual([answer])
  const older = summary({ id: known.id, place: 'pinned', lastReadSeq: 2 })
  expect(withAnswer(withItems(emptyList, [known]), [older]).items).toMatchObject([
    { head: 4, title: 'After', place: 'pinned', lastReadSeq: 2 },
  ])
})

it('has a conversation once that two answers tell of, as what is pinned is told of by two', () => {
  const pinned = summary({ place: 'pinned' })
  const { items } = withAnswer(emptyList, [pinned, { ...pinned }])
  expect(items).toEqual([pinned])
})
