import { setTimeout as sleep } from 'node:timers/promises'
import { maxBatch, type NewMessageInput } from '@parley/history-client'
import { newId } from '@parley/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createOutbox } from './outbox.ts'

const rooms = [newId(), newId(), newId()]
const message = (conversation: string): NewMessageInput => ({
  id: newId(),
  conversation,
  author: newId(),
  content: 'hello',
})

/** A history that takes its time, and notes what it is sent; of a conversation never two batches at once. */
function createHistory() {
  const stored: NewMessageInput[] = []
  const sizes: number[] = []
  const underWay = new Set<string>()
  return {
    stored,
    sizes,
    async appendMessages({ messages }: { messages: NewMessageInput[] }) {
      const conversations = new Set(messages.map(({ conversation }) => conversation))
      for (const each of conversations) {
        expect(underWay.has(each), 'one batch of a conversation at a time').toBe(false)
        underWay.add(each)
      }
      await sleep(1)
      sizes.push(messages.length)
      stored.push(...messages)
      for (const each of conversations) underWay.delete(each)
      return { results: messages.map((_, seq) => ({ seq })) }
    },
  }
}

it('sends everything once, and what belongs to a conversation in its order', async () => {
  const burst = fc.record({
    room: fc.nat(rooms.length - 1),
    count: fc.integer({ min: 1, max: 700 }),
    waits: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(burst, { maxLength: 6 }), async (bursts) => {
      const history = createHistory()
      const outbox = createOutbox(history)
      const sent: NewMessageInput[] = []
      const answers: Promise<unknown>[] = []
      for (const { room, count, waits } of bursts) {
        for (let n = 0; n < count; n += 1) {
          const each = message(rooms[room]!)
          sent.push(each)
          answers.push(outbox.append(each))
        }
        if (waits) await sleep(2)
      }
      await Promise.all(answers)
      await outbox.idle()
      expect(history.stored).toHaveLength(sent.length)
      for (const room of rooms) {
        const ids = (list: NewMessageInput[]) => list.filter((each) => each.conversation === room).map(({ id }) => id)
        expect(ids(history.stored)).toEqual(ids(sent))
      }
      expect(Math.max(0, ...history.sizes)).toBeLessThanOrEqual(maxBatch)
    }),
    { numRuns: 30 },
  )
})

it('refuses more than it may hold, and goes on after history was away', async () => {
  let away = true
  const history = createHistory()
  const outbox = createOutbox({
    appendMessages: (body) => (away ? Promise.reject(new Error('away')) : history.appendMessages(body)),
  })
  await expect(outbox.append(message(rooms[0]!))).rejects.toThrow('away')
  away = false
  const answers = Array.from({ length: 12_000 }, () => outbox.append(message(rooms[0]!)))
  const settled = await Promise.allSettled(answers)
  const refused = settled.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBe(2_000)
  await expect(outbox.append(message(rooms[0]!))).resolves.toMatchObject({ seq: 0 })
})
