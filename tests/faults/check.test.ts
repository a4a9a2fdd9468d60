import type { Message } from '@parley/protocol'
import { newId } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { checkRoom } from './check.ts'
import type { RoomRecord } from './record.ts'

const scriptOf = (name: string) => `${name} said so`
const common = { parent: null, editedAt: null, deletedAt: null, reactions: [], createdAt: '2026-01-01T00:00:00.000Z' }
const author = newId()

/** A room in which all is well: three messages, the last of which was asked of the assistant, who answered. */
function room() {
  const said = [1, 2].map((n): Message => ({ ...common, id: newId(), seq: n, author, role: 'user', content: `${n}` }))
  const prompt: Message = { ...common, id: newId(), seq: 3, author, role: 'user', content: '@assistant say a' }
  const reply: Message = {
    ...common,
    id: newId(),
    seq: 4,
    author: null,
    role: 'assistant',
    parent: prompt.id,
    content: 'a said so',
    reply: { status: 'complete' },
  }
  const stored = [...said, prompt, reply]
  const record: RoomRecord = {
    conversation: newId(),
    plain: false,
    operations: [...said, prompt].map(({ id, seq, content }) => ({
      op: 'send',
      message: id,
      content,
      client: 0,
      at: seq * 10,
      ack: seq,
      ackAt: seq * 10 + 5,
      asks: id === prompt.id ? 'a' : undefined,
    })),
    told: stored.map((message) => ({
      client: 1,
      at: message.seq * 10 + 4,
      seq: message === reply ? 6 : message.seq,
      row: `message ${message.id}`,
      message,
    })),
    strayed: [],
    finals: [{ client: 1, applied: 6, messages: stored }],
    stored,
    head: 6,
  }
  return { record, said, prompt, reply }
}

/** What is found in a room that is well but for one thing. */
function found(change: (room: ReturnType<typeof room>) => Partial<RoomRecord>): string[] {
  const well = room()
  return [...new Set(checkRoom({ ...well.record, ...change(well) }, scriptOf).map(({ what }) => what))]
}

describe('the check of what people were told', () => {
  it('finds nothing where all is well', () => {
    expect(found(() => ({}))).toEqual([])
    expect(found(({ record, said }) => plainly(record, said))).toEqual([])
  })

  /** A room in which only these messages are. */
  function plainly(record: RoomRecord, messages: Message[]): Partial<RoomRecord> {
    const ids = new Set(messages.map(({ id }) => id))
    return {
      plain: true,
      head: messages.at(-1)!.seq,
      stored: messages,
      operations: record.operations.filter(({ message }) => ids.has(message)),
      told: record.told.filter(({ message }) => message && ids.has(message.id)),
      finals: [{ client: 1, applied: messages.at(-1)!.seq, messages }],
    }
  }

  it('finds a message that was acknowledged and is not there, or elsewhere', () => {
    const without = ({ record, said }: ReturnType<typeof room>) => {
      const stored = record.stored.filter((each) => each !== said[0])
      return { stored, told: [], finals: [] }
    }
    expect(found(without)).toEqual(['lost'])
    expect(
      found(({ record: { operations } }) => ({
        operations: operations.map((each) => ({ ...each, ack: each.ack! + 1 })),
      })),
    ).toEqual(['moved'])
  })

  it('finds an edit and a deletion that were acknowledged and did not stay', () => {
    const also = (operation: object) => (well: ReturnType<typeof room>) => ({
      operations: [
        ...well.record.operations,
        { message: well.said[0]!.id, client: 0, at: 50, ack: 5, ackAt: 55, ...operation } as never,
      ],
    })
    expect(found(also({ op: 'edit', content: 'other words' }))).toEqual(['unedited'])
    expect(found(also({ op: 'delete' }))).toEqual(['undeleted'])
  })

  it('finds what is stored twice, what nobody sent, two at one place and a place without any', () => {
    expect(
      found(({ record }) => ({ stored: [...record.stored, { ...record.stored[0]!, seq: 5 }], told: [], finals: [] })),
    ).toContain('doubled')
    expect(
      found(({ record, said }) => ({ operations: record.operations.filter(({ message }) => message !== said[0]!.id) })),
    ).toEqual(['invented'])
    const same = ({ record, said }: ReturnType<typeof room>) => ({
      ...plainly(record, [said[0]!, { ...said[1]!, seq: 1 }]),
      told: [],
      operations: [],
    })
    expect(found(same)).toContain('shared place')
    expect(found(({ record, said }) => ({ ...plainly(record, [said[0]!]), head: 2 }))).toContain('gap')
  })

  it('finds a place that was told of two, and what was told and is not stored', () => {
    expect(
      found(({ record, said }) => ({
        told: [...record.told, { client: 2, at: 9, seq: 1, row: `message ${said[1]!.id}` }],
      })),
    ).toEqual(['two orders'])
    const phantom: Message = { ...common, id: newId(), seq: 5, author, role: 'user', content: 'never' }
    expect(
      found(({ record }) => ({
        told: [...record.told, { client: 2, at: 9, seq: 5, row: `message ${phantom.id}`, message: phantom }],
      })),
    ).toEqual(['told, not stored'])
  })

  it('finds a reply that is not there, doubled, not complete, ended twice, or not what the model said', () => {
    const without = ({ record, reply }: ReturnType<typeof room>) => ({
      stored: record.stored.filter((each) => each !== reply),
      told: [],
      finals: [],
    })
    expect(found(without)).toEqual(['replies'])
    const other = (values: Partial<Message>) => (well: ReturnType<typeof room>) => {
      const stored = well.record.stored.map((each) => (each === well.reply ? { ...each, ...values } : each))
      return { stored, finals: [] }
    }
    expect(found(other({ reply: { status: 'streaming', attempt: 1, model: 'a' } as never }))).toEqual(['reply lost'])
    expect(found(other({ content: 'a said a said so' }))).toEqual(['reply mixed'])
    const again = ({ record: { told } }: ReturnType<typeof room>) => ({ told: [...told, { ...told.at(-1)!, seq: 5 }] })
    expect(found(again)).toEqual(['reply ended twice'])
    const strayed = [{ client: 1, at: 1, reply: newId(), attempt: 1, offset: 3, text: 'so' }]
    expect(found(() => ({ strayed }))).toEqual(['reply mixed'])
  })

  it('finds somebody who has not all of it, or something else', () => {
    const final = (values: object) => (well: ReturnType<typeof room>) => ({
      finals: [{ ...well.record.finals[0]!, ...values }],
    })
    expect(found(final({ applied: 5 }))).toEqual(['behind'])
    const undeleted = ({ record, said }: ReturnType<typeof room>) => ({
      stored: record.stored.map((each) =>
        each === said[0] ? { ...each, deletedAt: common.createdAt, content: '' } : each,
      ),
    })
    expect(found(undeleted)).toEqual(['another state'])
  })
})
