import fc from 'fast-check'
import { parseMarkdownIntoBlocks } from 'streamdown'
import { expect, it } from 'vitest'
import { createCutter } from './cutter.ts'

const blocks = [
  'A paragraph with **bold** words and `code`.\n\n',
  '## A heading\n\n',
  'Setext\nof two lines\n===\n\n',
  '- one\n- two\n\n  more of two\n\n',
  '| a | b |\n| --- | --- |\n| 1 | 2 |\n\n',
  '```ts\nconst a = 1\n\nconst b = 2\n```\n\n',
  '> said\n> before\n\n',
  '$$\nx = 1\n\ny = 2\n$$\n\n',
  '<details>\n\nhidden\n\n</details>\n\n',
  'Line\r\nby line\r\n\r\n',
]
const texts = fc.array(fc.oneof(fc.constantFrom(...blocks), fc.string({ maxLength: 400 })), { maxLength: 60 })
const growing = fc.tuple(
  texts.map((all) => all.join('')),
  fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
)
const plain = (text: string) => text.replace(/\r\n?/g, '\n')

it('the pieces of a text are the text, however it grew', () => {
  fc.assert(
    fc.property(growing, ([text, steps]) => {
      const cut = createCutter(parseMarkdownIntoBlocks)
      let at = 0
      for (let step = 0; at < text.length; step += 1) {
        at += steps[step % steps.length]!
        const pieces = cut(text.slice(0, at))
        expect(pieces.join('')).toBe(plain(text.slice(0, at)))
      }
    }),
  )
})

it('the blocks of the pieces are those of the whole, so that it is drawn as the whole would be', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...blocks), { maxLength: 80 }), (all) => {
      const text = plain(all.join(''))
      const cut = createCutter(parseMarkdownIntoBlocks)
      let pieces: string[] = []
      for (let at = 0; at < text.length + 37; at += 37) pieces = cut(text.slice(0, at))
      const blocksOf = (each: string[]) => each.flatMap((piece) => parseMarkdownIntoBlocks(piece)).join('¶')
      expect(blocksOf(pieces)).toBe(blocksOf([text]))
    }),
  )
})

it('what is closed is not looked at again, and stays', () => {
  let chars = 0
  const cut = createCutter((text) => {
    chars += text.length
    return parseMarkdownIntoBlocks(text)
  })
  const text = blocks.slice(0, 6).join('').repeat(100)
  const before = cut(text)
  expect(before.length).toBeGreaterThan(10)
  chars = 0
  const after = cut(`${text}And a word`)
  expect(chars).toBeLessThan(4_000)
  expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
})

it('begins anew where a text has become another', () => {
  const cut = createCutter(parseMarkdownIntoBlocks)
  cut(blocks.join('').repeat(50))
  const other = 'Something else.\n\n'.repeat(500)
  expect(cut(other).join('')).toBe(other)
  expect(cut('')).toEqual([])
})

it('a text whose parts refer to each other is one piece', () => {
  const cut = createCutter(parseMarkdownIntoBlocks)
  const text = `See [there].\n\n${'Words.\n\n'.repeat(1_000)}[there]: https://example.org\n`
  expect(cut(text)).toEqual([text])
})
