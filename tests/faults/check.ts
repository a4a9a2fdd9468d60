import { isDeepStrictEqual } from 'node:util'
import type { Message } from '@parley/protocol'
import type { RoomRecord, Violation } from './record.ts'

const ended = ['complete', 'stopped', 'failed']

/**
 * Compares what a room's people were told with what history has.
 *
 * @param scriptOf what the model says under a name
 */
export function checkRoom(room: RoomRecord, scriptOf: (name: string) => string): Violation[] {
  return [
    ...checkAcknowledged(room),
    ...checkOnce(room),
    ...checkOrder(room),
    ...checkTold(room),
    ...checkReplies(room, scriptOf),
    ...checkFinals(room),
  ]
}

/** G1: what was acknowledged is stored, as it was asked for last. */
function checkAcknowledged({ conversation, operations, stored }: RoomRecord): Violation[] {
  const byId = new Map(stored.map((message) => [message.id, message]))
  const violations: Violation[] = []
  const violate = (what: string, message: string, detail: string) =>
    violations.push({ what, conversation, message, detail })
  for (const each of operations) {
    if (each.ack === undefined) continue
    const message = byId.get(each.message)
    if (!message) {
      violate('lost', each.message, `${each.op} was acknowledged with ${each.ack}, and is not there`)
    } else if (each.op === 'send' && message.seq !== each.ack) {
      violate('moved', each.message, `acknowledged as ${each.ack}, stored as ${message.seq}`)
    } else if (each.op === 'delete' && message.deletedAt === null) {
      violate('undeleted', each.message, 'its deletion was acknowledged, and it is there')
    }
  }
  // Whoever wrote a message does one thing to it after the other.
  const lastWords = new Map<string, (typeof operations)[number]>()
  for (const each of operations) {
    if ((each.op === 'edit' || each.op === 'send') && each.refused === undefined) lastWords.set(each.message, each)
  }
  for (const [id, { op, ...last }] of lastWords) {
    const message = byId.get(id)
    if (!message || message.deletedAt !== null || last.ack === undefined || !('content' in last)) continue
    if (message.content !== last.content) violate('unedited', id, `its last ${op} was acknowledged, and is not there`)
  }
  return violations
}

/** G3: what was sent is stored once, and nothing that nobody sent. */
function checkOnce({ conversation, operations, stored }: RoomRecord): Violation[] {
  const violations: Violation[] = []
  const sent = new Set(operations.filter(({ op }) => op === 'send').map(({ message }) => message))
  const seen = new Set<string>()
  for (const { id, role, seq } of stored) {
    if (seen.has(id)) violations.push({ what: 'doubled', conversation, message: id, detail: `stored twice, at ${seq}` })
    seen.add(id)
    if (role === 'user' && !sent.has(id))
      violations.push({ what: 'invented', conversation, message: id, detail: `nobody sent what stands at ${seq}` })
  }
  return violations
}

/** G2: each place in the order is one message's; in a plain room there is none without. */
function checkOrder({ conversation, stored, head, plain }: RoomRecord): Violation[] {
  const violations: Violation[] = []
  const places = stored.map(({ seq }) => seq).sort((a, b) => a - b)
  for (const [at, seq] of places.entries()) {
    const before = places[at - 1]
    if (seq === before) violations.push({ what: 'shared place', conversation, seq, detail: `two messages are ${seq}` })
    if (plain && before !== undefined && seq > before + 1)
      violations.push({ what: 'gap', conversation, seq, detail: `nothing stands between ${before} and ${seq}` })
  }
  const last = places.at(-1)
  if (plain && last !== undefined && last !== head)
    violations.push({ what: 'gap', conversation, seq: head, detail: `the head is ${head}, the last message ${last}` })
  return violations
}

/** G2: everybody is told the same of each place, and only what is stored. */
function checkTold({ conversation, told, stored, head }: RoomRecord): Violation[] {
  const violations: Violation[] = []
  const rows = new Map<number, string>()
  const byId = new Map(stored.map((message) => [message.id, message]))
  for (const { seq, row, message } of told) {
    const before = rows.get(seq)
    if (before !== undefined && before !== row)
      violations.push({ what: 'two orders', conversation, seq, detail: `${seq} was told of ${before} and of ${row}` })
    rows.set(seq, row)
    if (seq > head)
      violations.push({ what: 'told, not stored', conversation, seq, detail: `${seq} was told, the head is ${head}` })
    if (!message) continue
    const there = byId.get(message.id)
    if (!there || there.seq !== message.seq) {
      const detail = `told at ${seq} as ${message.seq}, stored ${there ? `as ${there.seq}` : 'nowhere'}`
      violations.push({ what: 'told, not stored', conversation, message: message.id, seq, detail })
    }
  }
  return violations
}

/** G5: each prompt has one reply, which ends once, and says what the model said and nothing else. */
function checkReplies(room: RoomRecord, scriptOf: (name: string) => string): Violation[] {
  const { conversation, operations, stored, told, strayed } = room
  const violations: Violation[] = []
  const violate = (what: string, message: string, detail: string) =>
    violations.push({ what, conversation, message, detail })
  for (const each of operations) {
    if (each.op !== 'send' || each.asks === undefined || each.ack === undefined) continue
    const replies = stored.filter(({ parent, role }) => role === 'assistant' && parent === each.message)
    const [reply] = replies
    if (replies.length !== 1) violate('replies', each.message, `it has ${replies.length} replies`)
    if (!reply) continue
    if (reply.reply?.status !== 'complete') violate('reply lost', reply.id, `it is ${JSON.stringify(reply.reply)}`)
    else if (reply.content !== scriptOf(each.asks)) {
      violate('reply mixed', reply.id, `it says ${differenceOf(reply.content, scriptOf(each.asks))}`)
    }
  }
  const ends = new Map<string, number>()
  for (const { message, seq } of told) {
    if (!message?.reply || !ended.includes(message.reply.status)) continue
    const before = ends.get(message.id)
    if (before !== undefined && before !== seq) violate('reply ended twice', message.id, `at ${before} and at ${seq}`)
    ends.set(message.id, seq)
  }
  for (const { reply, attempt, offset, text } of strayed)
    violate('reply mixed', reply, `attempt ${attempt} told ${JSON.stringify(text.slice(0, 40))} at ${offset}`)
  return violations
}

function differenceOf(found: string, wanted: string): string {
  let at = 0
  while (at < wanted.length && found[at] === wanted[at]) at += 1
  const cut = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 10), at + 30))
  return `${cut(found)} where the model said ${cut(wanted)}, at ${at} of ${wanted.length}`
}

/** G4: in the end everybody has what history has. */
function checkFinals({ conversation, finals, stored, head }: RoomRecord): Violation[] {
  const violations: Violation[] = []
  for (const { client, applied, messages } of finals) {
    const from = messages[0]?.seq ?? 0
    const wanted = stored.filter(({ seq }) => seq >= from)
    if (applied !== head) {
      const detail = `client ${client} is at ${applied}, history at ${head}`
      violations.push({ what: 'behind', conversation, seq: applied, detail })
    } else {
      const other = firstDifference(messages, wanted)
      if (other) {
        const detail = `client ${client} has ${shortly(other.found)}, history has ${shortly(other.wanted)}`
        const about = (other.wanted ?? other.found)!
        violations.push({ what: 'another state', conversation, message: about.id, seq: about.seq, detail })
      }
    }
  }
  return violations
}

function firstDifference(found: Message[], wanted: Message[]) {
  const most = Math.max(found.length, wanted.length)
  for (let at = 0; at < most; at += 1)
    if (!isDeepStrictEqual(found[at], wanted[at])) return { found: found[at], wanted: wanted[at] }
  return undefined
}

function shortly(message: Message | undefined): string {
  return message ? JSON.stringify({ ...message, content: message.content.slice(0, 40) }) : 'nothing'
}
