import { createHistoryClient } from '@parley/history-client'
import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'
import { createHistory } from '../service.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

const message = (conversation: string, author: string, content = 'Hello') => ({
  id: newId(),
  conversation,
  author,
  content,
})

describe('append', () => {
  it('stores a message that is sent twice once, and gives the repeat the first one’s seq', async () => {
    const { id, owner } = await parley.conversation()
    const sent = message(id, owner)
    const first = await parley.history.appendMessages({ messages: [sent] })
    const again = await parley.history.appendMessages({ messages: [sent, sent] })
    expect(first.results).toEqual([{ seq: 2 }])
    expect(again.results).toEqual([{ seq: 2 }, { seq: 2 }])
    expect((await parley.history.pageMessages({ actor: owner, conversation: id, limit: 10 })).messages).toHaveLength(1)
  })

  it('stores a message once when the same one arrives from everywhere at once', async () => {
    const { id, owner } = await parley.conversation()
    const sent = message(id, owner)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => parley.history.appendMessages({ messages: [sent] })),
    )
    expect(new Set(answers.map(({ results }) => JSON.stringify(results)))).toEqual(new Set(['[{"seq":2}]']))
  })

  it('numbers the messages of many writers on two replicas without gap or double', async () => {
    const { id, owner, members } = await parley.conversation({ members: 3 })
    const replica = await createHistory(parley.options)
    const other = createHistoryClient({ url: replica.url, token: parley.options.internalToken })
    const writers = [owner, ...members]
    const batches = Array.from({ length: 60 }, (_, at) =>
      Array.from({ length: 1 + (at % 7) }, (_, n) => message(id, writers[(at + n) % writers.length]!, `${at}.${n}`)),
    )
    const answers = await Promise.all(
      batches.map((messages, at) => (at % 2 ? other : parley.history).appendMessages({ messages })),
    )
    await other.close()
    await replica.close()
    const seqs = answers.flatMap(({ results }) => results.map((result) => ('seq' in result ? result.seq : 0)))
    const first = 2 + members.length
    expect(seqs.sort((a, b) => a - b)).toEqual(seqs.map((_, at) => first + at))
    for (const [at, { results }] of answers.entries()) {
      const own = results.map((result) => ('seq' in result ? result.seq : 0))
      expect(own, `batch ${at} keeps its order`).toEqual(own.map((_, n) => own[0]! + n))
    }
  })

  it('refuses within a batch only what may not be written', async () => {
    const { id, owner } = await parley.conversation()
    const stranger = await parley.person()
    const viewer = await parley.person()
    await parley.join(owner, id, viewer, 'viewer')
    const { results } = await parley.history.appendMessages({
      messages: [message(id, stranger), message(newId(), owner), message(id, viewer), message(id, owner)],
    })
    expect(results).toMatchObject([
      { code: 'conversation.not_found' },
      { code: 'conversation.not_found' },
      { code: 'access.forbidden' },
      { seq: 3 },
    ])
    expect(results[0], 'a foreign conversation answers as a missing one').toEqual(results[1])
  })

  it('refuses an id that belongs to somebody else’s message', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    const sent = message(id, owner)
    await parley.history.appendMessages({ messages: [sent] })
    const { results } = await parley.history.appendMessages({ messages: [{ ...sent, author: members[0]! }] })
    expect(results).toMatchObject([{ code: 'message.id_taken' }])
  })

  it('announces after commit, in order, and again when a message is repeated', async () => {
    const { id, owner } = await parley.conversation()
    const frames = await parley.listen(parley.topics.changes(id))
    const sent = [message(id, owner, 'one'), message(id, owner, 'two')]
    await parley.history.appendMessages({ messages: sent })
    await frames.until('both', (frame) => frame.type === 'change' && frame.change.seq === 3)
    expect(frames.items.map((frame) => frame.type === 'change' && frame.change.seq)).toEqual([2, 3])
    await parley.history.appendMessages({ messages: [sent[1]!] })
    const repeats = () => frames.items.filter((frame) => frame.type === 'change' && frame.change.seq === 3).length
    await expect.poll(repeats).toBe(2)
  })

  it('keeps text as it was written, and mends what Postgres cannot hold', async () => {
    const { id, owner } = await parley.conversation()
    const text = 'a\u{1F600}\u202E "quoted" \\ \n\ttab'
    await parley.history.appendMessages({ messages: [message(id, owner, text), message(id, owner, 'x\ud800y')] })
    const { messages } = await parley.history.pageMessages({ actor: owner, conversation: id, limit: 10 })
    expect(messages.map(({ content }) => content)).toEqual([text, 'x\ufffdy'])
  })

  it('queues a prompt for a message that asks the assistant, by the conversation’s mode', async () => {
    const asked: Record<string, string[]> = {}
    for (const assistant of ['always', 'mention', 'off', 'auto'] as const) {
      const { id, owner } = await parley.conversation({ assistant })
      await parley.history.appendMessages({
        messages: [
          message(id, owner, 'plain'),
          message(id, owner, 'hey @assistant, you'),
          message(id, owner, '@assistants'),
        ],
      })
      const { messages } = await parley.history.pageMessages({ actor: owner, conversation: id, limit: 20 })
      const prompts = messages.filter(({ reply }) => reply).map(({ parent }) => parent)
      asked[assistant] = messages.filter((each) => prompts.includes(each.id)).map(({ content }) => content)
    }
    expect(asked).toEqual({
      always: ['plain', 'hey @assistant, you', '@assistants'],
      mention: ['hey @assistant, you'],
      off: [],
      auto: ['plain', 'hey @assistant, you', '@assistants'],
    })
  })

  it('in auto mode answers only mentions once there is company', async () => {
    const { id, owner } = await parley.conversation({ assistant: 'auto', members: 1 })
    const { results } = await parley.history.appendMessages({
      messages: [message(id, owner, 'just people'), message(id, owner, '@assistant please')],
    })
    expect(results).toEqual([{ seq: 3 }, { seq: 4 }])
    const { messages, head } = await parley.history.pageMessages({ actor: owner, conversation: id, limit: 20 })
    expect(messages.map(({ role }) => role)).toEqual(['user', 'user', 'assistant'])
    expect(head).toBe(5)
  })
})
