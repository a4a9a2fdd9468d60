import { type Change, encodeFrame, newId } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRecent } from './recent.ts'

const conversation = newId()
const ada = newId()
const grace = newId()
const bytes = (frame: Parameters<typeof encodeFrame>[0]) => Buffer.from(encodeFrame(frame))
const change = (change: Change) => bytes({ type: 'change', conversation, change })
const message = (seq: number, id = newId()): Change => ({
  kind: 'message',
  seq,
  message: {
    id,
    seq,
    author: ada,
    role: 'user',
    parent: null,
    content: `message ${seq}`,
    createdAt: new Date(0).toISOString(),
    editedAt: null,
    deletedAt: null,
    reactions: [],
  },
})
const streaming = (seq: number, id: string, attempt: number): Change => {
  const change = message(1, id) as Extract<Change, { kind: 'message' }>
  return { ...change, seq, message: { ...change.message, role: 'assistant', reply: { status: 'streaming', attempt } } }
}
const delta = (id: string, offset: number, text: string) =>
  bytes({ type: 'delta', conversation, message: id, attempt: 1, offset, text })

function start(head = 5, from = 0) {
  const recent = createRecent(conversation)
  const changes = Array.from({ length: head - from }, (_, at) => message(from + at + 1))
  recent.listen()
  recent.told(from, {
    head,
    tip: null,
    readers: [{ user: ada, role: 'owner' }],
    changes,
    streaming: [],
    reads: [],
    presence: { version: 1, users: [], count: 0 },
  })
  return recent
}

function answer(recent: ReturnType<typeof createRecent>, since: number, user = ada) {
  const caught = recent.answer(user, since)
  return (
    caught && (JSON.parse(`{${caught.rest}`) as { head: number; tip: string; changes: Change[]; partials: object[] })
  )
}

describe('what a node knows of a conversation', () => {
  it('answers any `since` with exactly what came after it, or not at all', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('next', 'again', 'gap'), { maxLength: 40 }), fc.nat(50), (steps, since) => {
        const recent = start()
        let head = 5
        let whole = true
        for (const step of steps) {
          if (step === 'gap') {
            whole = false
            head += 2
          } else if (step === 'next') head += 1
          recent.passed(change(message(head)))
        }
        const told = answer(recent, since)
        if (!whole || since > head) expect(told).toBeUndefined()
        else {
          expect(told!.head).toBe(head)
          expect(told!.changes.map(({ seq }) => seq)).toEqual(
            Array.from({ length: head - since }, (_, at) => since + at + 1),
          )
        }
        expect(recent.seen).toBe(head)
      }),
    )
  })

  it('takes what passed while history was asked, and nothing twice', () => {
    const recent = createRecent(conversation)
    recent.listen()
    for (const seq of [4, 5, 6, 7]) recent.passed(change(message(seq)))
    recent.told(3, {
      head: 5,
      tip: null,
      readers: [{ user: ada, role: 'owner' }],
      changes: [message(4), message(5)],
      streaming: [],
      reads: [],
      presence: { version: 1, users: [], count: 0 },
    })
    expect(answer(recent, 3)!.changes.map(({ seq }) => seq)).toEqual([4, 5, 6, 7])
    expect(answer(recent, 2), 'further back than was asked').toBeUndefined()
  })

  it('knows who may read: those whom history named, whoever was added, and nobody who was removed', () => {
    const recent = start()
    expect(answer(recent, 5, grace)).toBeUndefined()
    expect(recent.admits(grace)).toBe(false)
    const member = { user: grace, name: 'Grace', role: 'member' as const, left: false, lastReadSeq: 0 }
    recent.passed(change({ kind: 'member', seq: 6, member }))
    expect(recent.answer(grace, 6)?.role).toBe('member')
    recent.passed(change({ kind: 'member', seq: 7, member: { ...member, left: true } }))
    expect(answer(recent, 7, grace)).toBeUndefined()
    recent.expel(ada)
    expect(answer(recent, 7)).toBeUndefined()
  })

  it('forgets all, and what history is just being asked, when it is told of a head beside the log', () => {
    const head = bytes({ type: 'head', conversation, head: 5 })
    const recent = start()
    expect(recent.admits(ada)).toBe(true)
    recent.passed(head)
    expect(recent.admits(ada)).toBeUndefined()
    expect(answer(recent, 5)).toBeUndefined()
    recent.listen()
    recent.passed(head)
    recent.told(0, {
      head: 5,
      tip: null,
      readers: [{ user: ada, role: 'owner' }],
      changes: [],
      streaming: [],
      reads: [],
      presence: { version: 1, users: [], count: 0 },
    })
    expect(recent.admits(ada)).toBeUndefined()
  })

  it('has no answer while a reply’s text is only in the store, and then all of it', () => {
    const recent = start()
    const reply = newId()
    recent.passed(change(streaming(6, reply, 1)))
    recent.passedLive(delta(reply, 0, 'nobody waits, '))
    expect(answer(recent, 5)).toBeUndefined()
    expect(recent.unread()).toEqual([{ message: reply, attempt: 1 }])
    recent.passedLive(delta(reply, 14, 'so it is '))
    recent.read(reply, 1, 'nobody waits, so i')
    recent.passedLive(delta(reply, 23, 'read'))
    recent.endRead()
    expect(answer(recent, 5)!.partials).toEqual([{ message: reply, attempt: 1, text: 'nobody waits, so it is read' }])
    recent.passedLive(delta(reply, 27, '.'))
    expect(answer(recent, 5), 'a piece has passed that was not kept').toBeUndefined()
  })

  const asked = (head: number, from: number) => ({
    head,
    tip: null,
    readers: [{ user: ada, role: 'owner' as const }],
    changes: Array.from({ length: head - from }, (_, at) => message(from + at + 1)),
    streaming: [],
    reads: [],
    presence: { version: 1, users: [], count: 0 },
  })
  const seqs = (told: ReturnType<typeof answer>) => told?.changes.map(({ seq }) => seq)

  it('keeps what is newer than an answer of history that comes late', () => {
    const recent = start(5, 4)
    recent.listen()
    for (const seq of [6, 7]) recent.passed(change(message(seq)))
    expect(seqs(answer(recent, 5)), 'somebody else comes meanwhile').toEqual([6, 7])
    recent.told(2, asked(5, 2))
    expect(answer(recent, 5)!.head).toBe(7)
    expect(seqs(answer(recent, 2))).toEqual([3, 4, 5, 6, 7])
  })

  it('has no answer where what history said is older than what was missed meanwhile', () => {
    const recent = start()
    recent.listen()
    recent.forget()
    recent.passed(change(message(6)))
    recent.told(0, asked(5, 0))
    expect(answer(recent, 5)).toBeUndefined()
    recent.listen()
    recent.told(0, asked(6, 0))
    expect(answer(recent, 5)!.head).toBe(6)
  })

  it('does not take for heard by all what history told to one', () => {
    const recent = start()
    expect(recent.seen).toBe(5)
    recent.listen()
    recent.told(0, asked(7, 0))
    expect(answer(recent, 5)!.head).toBe(7)
    expect(recent.seen, 'those who came before may have missed it').toBe(5)
  })

  it('keeps the pieces of a text that is being read for both who read it', () => {
    const recent = start()
    const reply = newId()
    recent.passed(change(streaming(6, reply, 1)))
    recent.unread()
    recent.passedLive(delta(reply, 6, 'world'))
    recent.unread() // another one comes
    recent.read(reply, 1, 'hello ')
    recent.endRead()
    expect(answer(recent, 5)!.partials).toEqual([{ message: reply, attempt: 1, text: 'hello world' }])
  })

  it('forgets rather than grows', () => {
    const recent = start()
    for (let seq = 6; seq < 3_000; seq += 1) {
      recent.passed(change(message(seq)))
      if (seq % 100 === 0) answer(recent, seq)
    }
    expect(recent.chars).toBeLessThan(600_000)
    expect(answer(recent, 1)).toBeUndefined()
    expect(answer(recent, 2_990)!.changes).toHaveLength(9)
    for (let since = 2_500; since < 2_999; since += 1) answer(recent, since)
    expect(recent.chars, 'with the answers that are kept').toBeLessThan(2_000_000)
  })
})
