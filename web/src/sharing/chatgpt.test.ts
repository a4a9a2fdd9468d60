import { limits, newId } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChatGpt } from './chatgpt.ts'

const user = newId()
const node = (id: string, parent: string | null, role: string, parts: unknown[], more: object = {}) => ({
  [id]: {
    id,
    parent,
    message: { id, author: { role }, create_time: 1_714_557_600, content: { content_type: 'text', parts }, ...more },
  },
})
const exported = {
  title: 'Pie',
  conversation_id: '6f0f4b6e-0000-4000-8000-000000000001',
  create_time: 1_714_557_000.5,
  current_node: 'd',
  mapping: {
    root: { id: 'root', parent: null, message: null },
    ...node('system', 'root', 'system', ['be kind']),
    ...node('a', 'system', 'user', ['How do I bake a pie?']),
    ...node('b', 'a', 'assistant', ['The first try']),
    ...node('c', 'a', 'assistant', ['Like ', 'this.'], { metadata: { model_slug: 'gpt-4' } }),
    ...node('hidden', 'c', 'user', ['unseen'], { metadata: { is_visually_hidden_from_conversation: true } }),
    ...node('d', 'hidden', 'user', [{ asset_pointer: 'file://x' }, 'See the picture.'], { create_time: null }),
  },
}

describe('an export of ChatGPT’s', () => {
  it('is read as its shown branch, with times, models and ids that stay the same', () => {
    const [pie] = readChatGpt(JSON.stringify([exported]), user)
    expect(pie).toMatchObject({
      title: 'Pie',
      messages: [
        { role: 'user', content: 'How do I bake a pie?', createdAt: '2024-05-01T10:00:00.000Z' },
        { role: 'assistant', content: 'Like \n\nthis.', model: 'gpt-4' },
        { role: 'user', content: '_(not text)_\n\nSee the picture.', createdAt: '2024-05-01T10:00:00.000Z' },
      ],
    })
    expect(readChatGpt(JSON.stringify([exported]), user)).toEqual([pie])
    expect(readChatGpt(JSON.stringify([exported]), newId())[0]!.id).not.toBe(pie!.id)
  })

  it('keeps all of a text that is longer than a message may be', () => {
    const long = 'x'.repeat(limits.importChars + 5)
    const one = { ...exported, current_node: 'long', mapping: node('long', null, 'user', [long]) }
    const { messages } = readChatGpt(JSON.stringify([one]), user)[0]!
    expect(messages.map(({ content }) => content).join('')).toBe(long)
    expect(new Set(messages.map(({ id }) => id)).size).toBe(2)
  })

  it('may be anything: it is read or refused, never more', () => {
    const circle = { ...exported, current_node: 'a', mapping: node('a', 'a', 'user', ['round and round']) }
    expect(readChatGpt(JSON.stringify([circle, null, 1, {}]), user)).toHaveLength(1)
    for (const text of ['', '{', '{}', 'null']) expect(() => readChatGpt(text, user)).toThrow(SyntaxError)
    const odd = fc.record({
      conversation_id: fc.string(),
      current_node: fc.string(),
      mapping: fc.dictionary(fc.string(), fc.jsonValue()),
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), odd)), (all) => void readChatGpt(JSON.stringify(all), user)),
    )
  })
})
