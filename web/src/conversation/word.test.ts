import { expect, it } from 'vitest'
import { replaceWord, wordBefore } from './word.ts'

const at = (content: string) => {
  const caret = content.indexOf('|')
  return wordBefore(content.replace('|', ''), caret)
}

it('asks for suggestions where a mark begins a word, and nowhere else', () => {
  expect(at('@as|')).toEqual({ kind: 'mention', text: 'as', start: 0 })
  expect(at('ask (@|')).toEqual({ kind: 'mention', text: '', start: 5 })
  expect(at('to @Zoë| and on')).toEqual({ kind: 'mention', text: 'Zoë', start: 3 })
  expect(at('me@example|')).toBeUndefined()
  expect(at('/inv|')).toEqual({ kind: 'command', text: 'inv', start: 0 })
  expect(at('/inv| them')).toBeUndefined()
  expect(at('and /inv|')).toBeUndefined()
  expect(at('so :smi|')).toEqual({ kind: 'emoji', text: 'smi', start: 3 })
  expect(at('at 10:30|')).toBeUndefined()
  expect(at('so :|')).toBeUndefined()
})

it('puts a suggestion in the place of the word, with one space after it', () => {
  const put = (content: string, text: string) => {
    const caret = content.indexOf('|')
    const clean = content.replace('|', '')
    const [next, to] = replaceWord(clean, wordBefore(clean, caret)!, text)
    return `${next.slice(0, to)}|${next.slice(to)}`
  }
  expect(put('@as|', '@assistant')).toBe('@assistant |')
  expect(put('so @as| there', '@assistant')).toBe('so @assistant |there')
  expect(put(':smi|le', '😄')).toBe('😄 |le')
})
