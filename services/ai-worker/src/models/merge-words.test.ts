import { describe, expect, it } from 'vitest'
import { mergeWords } from './merge-words.ts'

const openAi = (delta: object, rest: object = {}) =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: null, ...rest }] })}\n\n`
const anthropic = (index: number, delta: object) =>
  `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index, delta })}\n\n`
const text = (words: string) => ({ type: 'text_delta', text: words })

describe('words that came together', () => {
  it('become one event, in either dialect', () => {
    expect(mergeWords(openAi({ content: 'one ' }) + openAi({ content: 'two ' }) + openAi({ content: '“3”\n\n' }))).toBe(
      openAi({ content: 'one two “3”\n\n' }),
    )
    expect(mergeWords(anthropic(0, text('one ')) + anthropic(0, text('two')))).toBe(anthropic(0, text('one two')))
  })

  it('stay as they are beside everything else', () => {
    const untouched = [
      openAi({ role: 'assistant', content: '' }),
      openAi({ content: 'one' }),
      openAi({ reasoning_content: 'hm' }),
      openAi({ content: 'two' }),
      openAi({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }),
      openAi({ content: 'three' }),
      openAi({ content: 'end' }, { finish_reason: 'stop' }),
      'data: {"choices": [{\n\n',
      ': a comment\n\n',
      anthropic(0, text('one')),
      anthropic(1, text('another block')),
      anthropic(1, { type: 'input_json_delta', partial_json: '{' }),
      'event: ping\ndata: {"type":"ping"}\n\n',
      'data: [DONE]\n\n',
    ].join('')
    expect(mergeWords(untouched)).toBe(untouched)
  })
})
