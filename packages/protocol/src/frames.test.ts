import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCommand } from './commands.ts'
import { encodeFrame, parseFrame, seqOf } from './frames.ts'
import { newId } from './ids.ts'
import { limits } from './limits.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('frames', () => {
  it('tell a change’s seq by their first bytes', () => {
    const member = { user: newId(), name: '","seq":7', role: 'member' as const, left: false, lastReadSeq: 3 }
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (seq) => {
        const frame = encodeFrame({ type: 'change', conversation: newId(), change: { kind: 'member', seq, member } })
        expect(seqOf(bytes(frame))).toBe(seq)
      }),
    )
    expect(seqOf(bytes(encodeFrame({ type: 'head', conversation: newId(), head: 9 })))).toBe(0)
    expect(seqOf(bytes('{"type":"change","conversation":"'))).toBe(0)
  })

  it('of a server that is newer are let pass or ignored, never thrown at', () => {
    expect(parseFrame('{"type":"pong","id":"1","new":true}')).toMatchObject({ type: 'pong' })
    for (const text of ['{"type":"of tomorrow"}', '{"type":"__proto__"}', '{', 'null', '[]', '{"type":"ack"}']) {
      expect(parseFrame(text), text).toBeUndefined()
    }
  })
})

describe('commands', () => {
  it('are read from any text without a throw, and refused with a code and their id', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const parsed = parseCommand(text)
        if ('refusal' in parsed) expect(['frame.invalid', 'command.unknown']).toContain(parsed.refusal.code)
      }),
    )
    const conversation = newId()
    const cases: [object, object][] = [
      [{ id: '1' }, { code: 'command.unknown', field: '/type' }],
      [{ id: '1', type: 'constructor' }, { code: 'command.unknown' }],
      [
        { id: '1', type: 'open', conversation },
        { code: 'frame.invalid', field: '/since' },
      ],
      [
        { id: '1', type: 'open', conversation: 'x', since: 0 },
        { code: 'frame.invalid', field: '/conversation' },
      ],
      [
        { id: '1', type: 'open', conversation, since: -1 },
        { code: 'frame.invalid', field: '/since' },
      ],
      [{ id: '1', type: 'ping', extra: 1 }, { code: 'frame.invalid' }],
    ]
    for (const [frame, refusal] of cases) {
      expect(parseCommand(JSON.stringify(frame))).toMatchObject({ id: '1', refusal })
    }
  })

  it('hold a message of the greatest length', () => {
    const send = { type: 'send', id: newId(), conversation: newId(), content: '\u{1F600}'.repeat(limits.contentChars) }
    const text = JSON.stringify(send)
    expect(bytes(text).length).toBeLessThan(limits.frameBytes)
    expect('command' in parseCommand(text)).toBe(true)
    const tooLong = parseCommand(JSON.stringify({ ...send, content: `${send.content}x` }))
    expect('refusal' in tooLong && tooLong.refusal.field).toBe('/content')
    expect(parseCommand(JSON.stringify({ ...send, content: 'a\0b' }))).toMatchObject({ refusal: { field: '/content' } })
  })
})
