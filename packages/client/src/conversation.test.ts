import { type Change, type FrameOf, type Message, newId } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { append, applyFrame, type ConversationState, catchUp, lookAt, prepend, startFrom } from './conversation.ts'

const id = newId()
const author = newId()

function message(seq: number, fields: Partial<Message> = {}): Message {
  return {
    id: `00000000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    seq,
    author,
    role: 'user',
    parent: null,
    content: `message ${seq}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    reactions: [],
    ...fields,
  }
}

function start(): ConversationState {
  const conversation = { id, title: '', assistants: [], memberCount: 1, tip: null }
  const member = { user: author, name: 'Ada', role: 'owner' as const, left: false, lastReadSeq: 0 }
  return startFrom({ conversation, head: 1, members: [member] }, { messages: [], head: 1, more: false })
}

type Step = { new: true } | { target: number; as: 'edit' | 'delete' | 'react' } | { title: string } | { member: number }

/** The log that a sequence of steps leaves: each change with the state of the row at that moment. */
function logOf(steps: Step[]): Change[] {
  const rows: Message[] = []
  return steps.map((step, at): Change => {
    const seq = at + 2
    if ('title' in step) {
      return {
        kind: 'conversation',
        seq,
        // Somebody chooses another branch: any message may be its end.
        conversation: {
          id,
          title: step.title,
          assistants: [],
          memberCount: 1,
          tip: rows[seq % rows.length]?.id ?? null,
        },
      }
    }
    if ('member' in step) {
      const user = `00000000-0000-7000-9000-00000000000${step.member}`
      return {
        kind: 'member',
        seq,
        member: { user, name: 'Grace', role: 'member', left: seq % 2 === 0, lastReadSeq: 0 },
      }
    }
    if ('new' in step || rows.length === 0) {
      rows.push(message(seq))
      return { kind: 'message', seq, message: rows.at(-1)! }
    }
    const index = step.target % rows.length
    const row = rows[index]!
    if (step.as === 'edit') rows[index] = { ...row, content: `edited at ${seq}` }
    if (step.as === 'delete') rows[index] = { ...row, content: '', deletedAt: '2026-01-02T00:00:00.000Z' }
    if (step.as === 'react') rows[index] = { ...row, reactions: [{ emoji: '👍', users: [author] }] }
    return { kind: 'message', seq, message: rows[index]! }
  })
}

/** What history answers: each changed row once, as it is now, under its last change. */
function answer(log: Change[], since: number): FrameOf<'caught-up'> {
  const last = new Map<string, Change>()
  for (const change of log) {
    const row =
      change.kind === 'message' ? change.message.id : change.kind === 'member' ? change.member.user : 'conversation'
    last.set(row, change)
  }
  const changes = [...last.values()].filter(({ seq }) => seq > since).sort((a, b) => a.seq - b.seq)
  const head = log.at(-1)?.seq ?? 1
  const presence = { version: 0, users: [], count: 0 }
  const tip = tipOf(log)
  return { type: 'caught-up', id: 'x', conversation: id, since, head, tip, changes, partials: [], reads: [], presence }
}

/** The end of the shown branch: the newest message, unless another was chosen since. */
function tipOf(log: Change[]): string | null {
  let tip: string | null = null
  for (const change of log) {
    if (change.kind === 'message' && change.seq === change.message.seq) tip = change.message.id
    if (change.kind === 'conversation') tip = change.conversation.tip
  }
  return tip
}

const live = (change: Change) => ({ type: 'change' as const, conversation: id, change })

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>({ new: true }) },
    { weight: 3, arbitrary: fc.record({ target: fc.nat(50), as: fc.constantFrom('edit', 'delete', 'react') }) },
    { weight: 1, arbitrary: fc.record({ title: fc.string() }) },
    { weight: 1, arbitrary: fc.record({ member: fc.nat(9) }) },
  ) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 40 },
)

describe('the state of a conversation', () => {
  it('ends as the log says, whatever is lost, doubled or late, once it has caught up', () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.nat(1_000), { maxLength: 80 }),
        fc.array(fc.nat(80), { maxLength: 4 }),
        (made, order, asks) => {
          const log = logOf(made)
          const stayed = log.reduce((state, change) => applyFrame(state, live(change)), start())
          let state = start()
          for (const [at, pick] of order.entries()) {
            state = applyFrame(state, live(log[pick % log.length]!))
            if (asks.includes(at)) {
              const upTo = log.slice(0, 1 + (pick % log.length)) // history may be asked at any moment
              state = catchUp(state, answer(upTo, Math.min(state.applied, upTo.at(-1)!.seq)))
            }
          }
          state = catchUp(state, answer(log, state.applied))
          expect(state).toEqual(stayed)
          expect(state.behind).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('applies changes that come in any order as soon as their turn is there', () => {
    fc.assert(
      fc.property(
        steps.chain((made) => {
          const log = logOf(made)
          return fc.tuple(fc.constant(log), fc.shuffledSubarray(log, { minLength: log.length }))
        }),
        ([log, shuffled]) => {
          const stayed = log.reduce((state, change) => applyFrame(state, live(change)), start())
          expect(shuffled.reduce((state, change) => applyFrame(state, live(change)), start())).toEqual(stayed)
        },
      ),
    )
  })

  it('knows that it is behind while a gap is open', () => {
    const [first, second, third] = logOf([{ new: true }, { new: true }, { new: true }]) as [Change, Change, Change]
    let state = applyFrame(applyFrame(start(), live(first)), live(third))
    expect([state.applied, state.behind]).toEqual([2, true])
    state = applyFrame(state, live(second))
    expect([state.applied, state.behind]).toEqual([4, false])
    expect(applyFrame(state, { type: 'head', conversation: id, head: 4 }).behind).toBe(false)
    expect(applyFrame(state, { type: 'head', conversation: id, head: 5 }).behind).toBe(true)
  })
})

describe('the text of a reply that is being written', () => {
  const reply = (status: object) => message(2, { role: 'assistant', author: null, content: '', reply: status as never })
  const streaming = (attempt: number) =>
    live({ kind: 'message', seq: 1 + attempt, message: reply({ status: 'streaming', attempt }) })
  const delta = (attempt: number, offset: number, text: string) => ({
    type: 'delta' as const,
    conversation: id,
    message: reply({}).id,
    attempt,
    offset,
    text,
  })
  const text = (state: ConversationState) => state.live[reply({}).id]?.text

  it('is put together by offsets, however its pieces overlap', () => {
    const whole = 'The quick brown fox \u{1F98A} jumps over the lazy dog.'
    const piece = fc.tuple(fc.nat(whole.length), fc.integer({ min: 1, max: 12 }))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        let state = applyFrame(start(), streaming(1))
        for (const [offset, length] of pieces) {
          state = applyFrame(state, delta(1, offset, whole.slice(offset, offset + length)))
          expect(whole.startsWith(text(state) ?? '')).toBe(true)
        }
        const rest = text(state)!.length
        if (rest < whole.length) state = applyFrame(state, delta(1, rest, whole.slice(rest)))
        expect(text(state)).toBe(whole)
      }),
    )
  })

  it('starts over with a new attempt, ignores the old one, and is gone at the end', () => {
    let state = applyFrame(applyFrame(start(), streaming(1)), delta(1, 0, 'old words'))
    state = applyFrame(state, streaming(2))
    expect(text(state)).toBe('')
    state = applyFrame(applyFrame(state, delta(1, 9, ' more')), delta(2, 0, 'new'))
    expect(text(state)).toBe('new')
    state = applyFrame(state, live({ kind: 'message', seq: 4, message: reply({ status: 'complete' }) }))
    expect(text(state)).toBeUndefined()
    expect(text(applyFrame(state, delta(2, 3, ' late')))).toBeUndefined()
  })

  it('asks for a catch-up when its beginning is missing', () => {
    expect(applyFrame(applyFrame(start(), streaming(1)), delta(1, 5, 'x')).behind).toBe(true)
  })

  it('is whole again when one goes back to the newest, whatever pages that takes and whatever is edited meanwhile', () => {
    const page = (log: Message[], from: number, to: number) => ({
      messages: log.slice(Math.max(0, from), to),
      head: log.length,
      more: from > 0,
    })
    const step = fc.oneof(
      fc.record({ load: fc.constantFrom('older', 'newer'), count: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ edit: fc.nat(99) }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 60 }), fc.nat(99), fc.array(step), (count, wanted, steps) => {
        const log = Array.from({ length: count }, (_, at) => message(at + 1))
        const [target, newest] = [wanted % count, count - 10]
        const conversation = { id, title: '', assistants: [], memberCount: 1, tip: log.at(-1)!.id }
        let state = startFrom({ conversation, head: count, members: [] }, page(log, newest, count))
        state = lookAt(state, target + 1, page(log, target - 3, target + 3))
        for (const each of [...steps, ...Array.from({ length: count }, () => ({ load: 'newer', count: 5 }))]) {
          const shown = state.past?.messages ?? state.messages
          if ('edit' in each) {
            const at = each.edit % count
            log[at] = { ...log[at]!, content: `edited ${state.applied}` }
            const change: Change = { kind: 'message', seq: state.applied + 1, message: log[at]! }
            state = applyFrame(state, { type: 'change', conversation: id, change })
          } else if (each.load === 'older' && (state.past ?? state).hasOlder) {
            const first = shown[0]!.seq - 1
            state = prepend(state, page(log, first - each.count, first))
          } else if (each.load === 'newer') {
            const last = shown.at(-1)!.seq
            state = append(state, page(log, last, last + each.count))
          }
        }
        expect(state.past).toBeUndefined()
        expect(state.messages).toEqual(log.slice(state.messages[0]!.seq - 1))
        expect(state.messages.some(({ seq }) => seq === target + 1)).toBe(true)
      }),
    )
  })
})
