import { describe, expect, it } from 'vitest'
import { plain } from './title.ts'

describe('the first words of Markdown', () => {
  it.each([
    ['## More replicas\n\nEvery **service** keeps', 'More replicas Every service keeps'],
    ['> _Quoted_, and ~~struck~~ words', 'Quoted, and struck words'],
    ['`npm start` and [a link](https://example.org)', 'npm start and a link'],
    ['![A picture](https://example.org/a.png) of it', 'A picture of it'],
    ['| a | b |', 'a b'],
    ['"*Emma*" (_or_ another)', '"Emma" (or another)'],
    ['**in**side', 'inside'],
  ])('of %j have no marks', (markdown, words) => {
    expect(plain(markdown)).toBe(words)
  })

  it.each(['set max_sockets_per_user to 3', '12 * 37 + 4', '2*3 is 6', 'C# and F#', 'a ~ b'])(
    'of %j stay as they are',
    (words) => {
      expect(plain(words)).toBe(words)
    },
  )

  it('keep a formula as it was written', () => {
    expect(plain('For the record: $$\\sum_{n=1}^{3} n = 6$$')).toBe('For the record: \\sum_{n=1}^{3} n = 6')
  })
})
