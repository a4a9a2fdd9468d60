import { describe, expect, it } from 'vitest'
import { withDollars } from './formulas.ts'

describe('formulas', () => {
  it('may be marked as models do it', () => {
    expect(withDollars('If \\(a = b\\), then\n\\[\na^2 = b^2\n\\]\nis true.')).toBe(
      'If $$a = b$$, then\n\n$$\na^2 = b^2\n$$\n\nis true.',
    )
    expect(withDollars('$$x$$ and $5')).toBe('$$x$$ and $5')
  })

  it('are none in code, nor where they do not end', () => {
    for (const text of ['`\\(a\\)`', '```tex\n\\[a\\]\n```\n', '~~~\n\\(a\\)', 'a \\( b', '``x ` \\(y\\)``']) {
      expect(withDollars(text)).toBe(text)
    }
    expect(withDollars('`\\(a\\)` \\(b\\)')).toBe('`\\(a\\)` $$b$$')
  })
})
