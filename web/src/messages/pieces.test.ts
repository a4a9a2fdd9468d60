import fc from 'fast-check'
import { expect, it } from 'vitest'
import { piecesOf } from './pieces.ts'

it('the pieces of a text are the text, each but the last to the end of a line', () => {
  const lines = fc.array(fc.string({ maxLength: 900 }), { maxLength: 30 }).map((all) => all.join('\n'))
  fc.assert(
    fc.property(lines, (text) => {
      const pieces = piecesOf(text)
      expect(pieces.join('')).toBe(text)
      for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\n$/)
      expect(pieces.every(({ length }) => length > 0)).toBe(true)
    }),
  )
  expect(piecesOf('a line of a text\n'.repeat(500)).length).toBeGreaterThan(4)
})
