import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlain, type Part, plainText, readTranscript, settleParts, textOf, writeTranscript } from './parts.ts'

const text = fc.string({ minLength: 1, unit: 'binary' }).map((any) => plainText(any) || 'x')
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ type: fc.constantFrom('text' as const, 'reasoning' as const), text }),
  fc.record({
    type: fc.constant('tool' as const),
    call: fc.uuid(),
    name: fc.string(),
    input: fc.string(),
    state: fc.constantFrom('done' as const, 'failed' as const),
    output: fc.string(),
  }),
)

/** Neighbours of a kind are one part. */
function joined(parts: Part[]): Part[] {
  const all: Part[] = []
  for (const next of parts) {
    const last = all.at(-1)
    if (last && next.type !== 'tool' && last.type === next.type)
      all.splice(-1, 1, { ...last, text: last.text + next.text })
    else all.push(next)
  }
  return all
}

describe('a transcript', () => {
  it('gives the parts that were written, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(readTranscript(writeTranscript(parts))).toEqual(joined(parts))
      }),
    )
  })

  it('can be read wherever it breaks off, and only ever adds', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.nat(400), (parts, cut) => {
        const whole = writeTranscript(parts)
        const begun = readTranscript(whole.slice(0, cut))
        const all = readTranscript(whole)
        expect(begun.length).toBeLessThanOrEqual(all.length)
        for (const [at, one] of begun.entries()) {
          expect(all[at]!.type).toBe(one.type)
          if (one.type !== 'tool') expect((all[at] as typeof one).text.startsWith(one.text)).toBe(true)
        }
      }),
    )
  })

  it('is the text itself where there is nothing else', () => {
    expect(isPlain('Hello')).toBe(true)
    expect(readTranscript('Hello')).toEqual([{ type: 'text', text: 'Hello' }])
    expect(readTranscript('')).toEqual([])
    expect(plainText('a\u001eb\0c')).toBe('abc')
  })

  it('says what was said apart from what was thought, and which tool has not answered', () => {
    const tool = { type: 'tool' as const, call: '1', name: 'clock', input: '{}', state: 'running' as const, output: '' }
    const parts: Part[] = [
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'One. ' },
      tool,
      { type: 'text', text: 'Two.' },
    ]
    expect(textOf(parts)).toBe('One.\n\nTwo.')
    expect(settleParts(parts)[2]).toMatchObject({ state: 'failed' })
  })
})
