import { describe, expect, it } from 'vitest'
import { isDrawable } from './drawable.ts'

describe('a text that is drawn', () => {
  it('is what people and models write', () => {
    const code = `Look:\n\n\`\`\`ts\n${'const x = 1\n'.repeat(5_000)}\`\`\`\n\nThat is all.`
    const table = `| a | b |\n| - | - |\n${'| one | two |\n'.repeat(1_000)}`
    const book = 'A paragraph of a few words.\n\n'.repeat(5_000)
    for (const text of ['', 'hello', '> > so I said', code, table, book]) expect(isDrawable(text)).toBe(true)
  })

  it('is none that holds up the page', () => {
    const line = 'word '.repeat(2_000)
    const after = `\`\`\`\ncode\n\`\`\`\n\n${line}`
    for (const text of ['x\n\n'.repeat(100_000), line, after, '>'.repeat(100), `a\n\n${'> '.repeat(50)}`]) {
      expect(isDrawable(text)).toBe(false)
    }
  })
})
