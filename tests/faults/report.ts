import type { RoomRecord, Violation } from './record.ts'
import type { Effect, Outcome } from './run.ts'

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const seconds = (ms: number) => (ms / 1_000).toFixed(2)

/** A table of what was done to what, how often, and how soon all went on: Markdown. */
export function tableOf(effects: Effect[]): string {
  const rows = new Map<string, Effect[]>()
  for (const effect of effects) {
    const key = `${effect.service} | ${effect.kind}`
    rows.set(key, [...(rows.get(key) ?? []), effect])
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, all]) => {
      const recoveries = all.flatMap((each) => each.recoveries)
      return `| ${key} | ${all.length} | ${seconds(median(recoveries))} | ${seconds(Math.max(...recoveries))} |`
    })
  return ['| of | fault | times | p50 s | max s |', '| --- | --- | --: | --: | --: |', ...lines].join('\n')
}

/** How many lines of a trace are told: the first are what matters. */
const mostLines = 40

/** The least that shows a violation: what was done to the message it is about, and the faults around that. */
export function traceOf(violation: Violation, { rooms, effects }: Pick<Outcome, 'rooms' | 'effects'>): string {
  const room = rooms.find(({ conversation }) => conversation === violation.conversation)
  if (!room) return ''
  const events = eventsOf(violation, room)
  const [from, to] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0]
  const faults = effects
    .filter(({ at, overAt }) => at <= to + 1_000 && overAt >= from - 1_000)
    .map(({ at, overAt, kind, service }) => ({ at, line: `${kind} of ${service}, over at ${overAt}` }))
  const all = [...events, ...faults].sort((a, b) => a.at - b.at)
  return all
    .slice(0, mostLines)
    .map(({ at, line }) => `    ${String(at).padStart(7)} ms  ${line}`)
    .join('\n')
}

type Event = { at: number; line: string }

function eventsOf({ message, seq }: Violation, room: RoomRecord): Event[] {
  const events: Event[] = []
  for (const each of room.operations) {
    if (each.message !== message && (seq === undefined || each.ack !== seq)) continue
    const { client, at, ackAt, refused } = each
    const answer = refused
      ? `refused: ${refused}`
      : ackAt === undefined
        ? 'never answered'
        : `acknowledged as ${each.ack} at ${ackAt}`
    events.push({ at, line: `client ${client} asks to ${each.op} ${each.message}; ${answer}` })
  }
  for (const each of room.told) {
    if (each.seq !== seq && (message === undefined || each.message?.id !== message)) continue
    const state = each.message?.reply?.status ?? (each.message?.deletedAt ? 'deleted' : '')
    events.push({ at: each.at, line: `client ${each.client} is told of ${each.row} at ${each.seq} ${state}` })
  }
  return events.sort((a, b) => a.at - b.at)
}
