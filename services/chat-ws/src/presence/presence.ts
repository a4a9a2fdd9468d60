import { randomUUID } from 'node:crypto'
import type { Logger } from '@parley/kit'
import { encodeFrame, limits, topics as names, type Presence as PresenceState } from '@parley/protocol'
import type { Exchange, RosterState } from '@parley/relay'

/**
 * Changes within this time are told at once: a page that reloads does not blink. The more people are there, the longer it
 * is: each time all of them are told.
 */
const settleMs = 150
const settleMsAPerson = 10
const longestSettleMs = 2_000
const beatEveryMs = 4_000
/** A node that is silent this long is dead, and its people are gone. */
const aliveForMs = 10_000

/** What one node says of a conversation: who is there on it. */
type Said = { users: string[]; count: number }

export type Presence = {
  enter(conversation: string, user: string): void
  leave(conversation: string, user: string): void
  /** Who is there, on all nodes; nobody while the roster is away. */
  read(conversation: string): Promise<PresenceState>
  close(): Promise<void>
}

/** Who looks at a conversation. Each node says it of its own sockets; together that is everybody. */
export function createPresence(name: string, { relay, roster }: Exchange, log: Logger): Presence {
  const node = `${name}#${randomUUID()}` // what an earlier process of this name said is not ours
  const here = new Map<string, Map<string, number>>()
  const settling = new Map<string, NodeJS.Timeout>()
  let alive: Set<string> = new Set([node])

  function move(conversation: string, user: string, by: 1 | -1): void {
    const users = here.get(conversation) ?? new Map<string, number>()
    const count = (users.get(user) ?? 0) + by
    if (count > 0) users.set(user, count)
    else users.delete(user)
    if (users.size > 0) here.set(conversation, users)
    else here.delete(conversation)
    if (settling.has(conversation)) return
    settling.set(
      conversation,
      setTimeout(
        () => {
          settling.delete(conversation)
          void tell(conversation)
        },
        Math.min(longestSettleMs, settleMs + settleMsAPerson * users.size),
      ),
    )
  }

  async function tell(conversation: string): Promise<void> {
    const users = here.get(conversation)
    const said: Said | undefined = users && {
      users: [...users.keys()].slice(0, limits.presenceNames),
      count: users.size,
    }
    try {
      const state = await roster.say(key(conversation), node, said && JSON.stringify(said))
      announce(conversation, state)
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'presence could not be told')
    }
  }

  function announce(conversation: string, state: RosterState): void {
    relay.publish(
      names.live(conversation),
      encodeFrame({ type: 'presence', conversation, presence: merge(state, alive) }),
    )
  }

  async function beat(): Promise<void> {
    const before = alive
    alive = new Set(await roster.beat(node, aliveForMs)).add(node)
    const dead = [...before].filter((name) => !alive.has(name))
    if (dead.length > 0) await bury(dead)
  }

  /** Takes back what dead nodes said, where this node has people who should see it. */
  async function bury(dead: string[]): Promise<void> {
    for (const conversation of [...here.keys()]) {
      const { says } = await roster.read(key(conversation))
      for (const name of dead) {
        if (says[name] !== undefined) announce(conversation, await roster.say(key(conversation), name, undefined))
      }
    }
  }

  /** Says everything again: a roster that came back may have forgotten. */
  async function tellAll(): Promise<void> {
    for (const conversation of [...here.keys()]) await tell(conversation)
  }

  const run = (work: () => Promise<void>) => () => {
    work().catch((error: Error) => log.warn({ reason: error.message }, 'presence is behind'))
  }
  const timer = setInterval(run(beat), beatEveryMs)
  run(beat)()
  relay.onHealed(run(tellAll))

  return {
    enter: (conversation, user) => move(conversation, user, 1),
    leave: (conversation, user) => move(conversation, user, -1),
    read: async (conversation) => {
      const nobody = { version: 0, says: {} }
      return merge(await roster.read(key(conversation)).catch(() => nobody), alive)
    },
    async close() {
      clearInterval(timer)
      for (const waiting of settling.values()) clearTimeout(waiting)
      await roster.beat(node, 1).catch(() => {}) // the others see it gone at their next beat
    },
  }
}

function key(conversation: string): string {
  return `presence:${conversation}`
}

/** What all living nodes say, together. A person on two nodes counts once, as long as every name is known. */
function merge({ version, says }: RosterState, alive: Set<string>): PresenceState {
  const all = new Set<string>()
  let sum = 0
  let named = 0
  for (const [name, text] of Object.entries(says)) {
    if (!alive.has(name)) continue
    const { users, count } = JSON.parse(text) as Said
    for (const user of users) all.add(user)
    sum += count
    named += users.length
  }
  return { version, users: [...all].slice(0, limits.presenceNames), count: named === sum ? all.size : sum }
}
