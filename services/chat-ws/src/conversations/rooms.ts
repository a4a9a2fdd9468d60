import type { History } from '@parley/history-client'
import { topics as names, partialKey, Refusal } from '@parley/protocol'
import type { Scratch } from '@parley/relay'
import pLimit from 'p-limit'
import type { Figures } from '../figures.ts'
import type { Presence } from '../presence/presence.ts'
import type { Topics } from '../topics/topics.ts'
import { type Caught, createRecent, type Recent } from './recent.ts'

/** Questions to history under way at most, and openings that wait for an answer. */
const maxUnderWay = 32
const maxWaiting = 20_000
const maxActors = 500
/** Changes asked for beyond what the first one missed: those who come with it have missed a little more. */
const margin = 64
/** Characters that a node keeps of all its conversations together. */
const maxChars = 64 * 1024 * 1024
const tidyEveryMs = 5_000
/** How long an opening waits to hear what passes. Where the relay is away, it is answered from the log. */
const hearWithinMs = 2_000
/** How often an opening asks: what was answered may be gone again by the time. */
const tries = 5

/** Too much has changed since: the newest change is told instead. */
type Reset = { role?: undefined; head: number }

export type Rooms = {
  /** What the user has missed since, and what is going on, or that it is too much. Rejects with a `Refusal`. */
  open(user: string, conversation: string, since: number): Promise<Caught | Reset>
  /** A socket follows the conversation, or no more. */
  enter(conversation: string): void
  leave(conversation: string): void
  /** The newest change that those who follow the conversation here have heard of; 0 for none. */
  seen(conversation: string): number
  /** All who follow it here were told of this change. */
  saw(conversation: string, seq: number): void
  /** Something was missed, in one conversation or maybe in all. */
  forget(conversation?: string): void
  /** The user may read the conversation no more. */
  expel(conversation: string, user: string): void
  close(): void
}

type Room = { changes: string; live: string; recent: Recent; question: Question | undefined }
/** What history is asked next or is being asked. Who comes too late for it waits, and mostly is answered by it. */
type Question = {
  since: number
  actors: Set<string>
  asked: boolean
  answered: Promise<{ head: number; isReset: boolean }>
}

/**
 * The conversations that are open on a node. History is asked about each of them once, by the first who opens it; who
 * comes after is answered from what has passed since.
 */
export function createRooms(deps: {
  history: History
  scratch: Scratch
  topics: Topics
  presence: Presence
  figures: Pick<Figures, 'caughtUp'>
}): Rooms {
  const { topics } = deps
  const rooms = new Map<string, Room>()
  const limit = pLimit(maxUnderWay)
  let waiting = 0
  const timer = setInterval(tidy, tidyEveryMs)

  /** Forgets the conversations that were opened first, where all of them together are too much. */
  function tidy(): void {
    let chars = 0
    for (const { recent } of rooms.values()) chars += recent.chars
    for (const { recent } of rooms.values()) {
      if (chars <= maxChars) return
      chars -= recent.chars
      recent.forget()
    }
  }

  function make(conversation: string): Room {
    const room: Room = {
      changes: names.changes(conversation),
      live: names.live(conversation),
      recent: createRecent(conversation),
      question: undefined,
    }
    rooms.set(conversation, room)
    return room
  }

  function hold(conversation: string): { room: Room; heard: Promise<unknown> } {
    const room = rooms.get(conversation) ?? make(conversation)
    const { changes, live, recent } = room
    const heard = Promise.all([
      topics.hold(changes, { onFrame: recent.passed, onEnd: () => rooms.delete(conversation) }),
      topics.hold(live, { onFrame: recent.passedLive }),
    ])
    return { room, heard }
  }

  /** What passed before the node heard it, it has missed. Who follows is told by the next check of the heads. */
  async function hear({ recent }: Room, heard: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, hearWithinMs, 'late')
    })
    if ((await Promise.race([heard, late])) === 'late') heard.then(recent.forget, () => {})
    clearTimeout(timer)
  }

  function release(conversation: string): void {
    topics.release(names.live(conversation))
    topics.release(names.changes(conversation))
  }

  async function answer(room: Room, user: string, conversation: string, since: number): Promise<Caught | Reset> {
    const { recent } = room
    for (let attempt = 0; attempt < tries; attempt += 1) {
      await readTexts(recent)
      const known = recent.answer(user, since)
      if (known) {
        deps.figures.caughtUp(attempt === 0 ? 'node' : 'history')
        return known
      }
      const question = ask(room, conversation, user, since)
      const isNamed = question.actors.has(user)
      const outcome = await question.answered.catch((error: unknown) => {
        if (isNamed || !isNotFound(error)) throw error
        return undefined // others were refused, who were named
      })
      const admitted = recent.admits(user)
      if (!isNamed || !outcome || admitted === undefined) continue
      if (!admitted) throw notFound()
      // Who has heard of more than there is knew a database that was put back to an earlier state.
      if (outcome.isReset || since > outcome.head) {
        deps.figures.caughtUp('reset')
        return { head: outcome.head }
      }
    }
    throw new Refusal('unavailable', 'Too much is going on. Trying again soon.')
  }

  /** Reads what is written of replies where the node did not hear them from their beginning. */
  async function readTexts(recent: Recent): Promise<void> {
    const unread = recent.unread()
    if (unread.length > 0) {
      await Promise.all(
        unread.map(async ({ message, attempt }) => {
          const text = await deps.scratch.read(partialKey(message, attempt)).catch(() => undefined)
          recent.read(message, attempt, text ?? '')
        }),
      )
    }
    recent.endRead()
  }

  function ask(room: Room, conversation: string, user: string, since: number): Question {
    const present = room.question
    if (present) {
      if (!present.asked && present.actors.size < maxActors) {
        present.actors.add(user)
        present.since = Math.min(present.since, since)
      }
      return present
    }
    const question: Question = { since, actors: new Set([user]), asked: false, answered: undefined as never }
    room.question = question
    question.answered = put(room, conversation, question).finally(() => {
      room.question = undefined
    })
    return question
  }

  async function put({ recent }: Room, conversation: string, question: Question): Question['answered'] {
    await new Promise(setImmediate) // whoever asks in this turn of the loop is asked with
    return limit(async () => {
      question.asked = true
      question.since = Math.max(0, question.since - margin)
      recent.listen()
      const { since } = question
      try {
        const [state, presence] = await Promise.all([
          deps.history.changesSince({ actors: [...question.actors], conversation, since }),
          deps.presence.read(conversation),
        ])
        recent.told(since, { ...state, presence })
        return { head: state.head, isReset: !state.changes }
      } finally {
        recent.endListening()
      }
    })
  }

  return {
    async open(user, conversation, since) {
      if (waiting >= maxWaiting) throw new Refusal('unavailable', 'Too many are coming back.', { retryAfterMs: 1_000 })
      waiting += 1
      try {
        const { room, heard } = hold(conversation)
        await hear(room, heard)
        return await answer(room, user, conversation, since)
      } finally {
        release(conversation)
        waiting -= 1
      }
    },
    enter: (conversation) => void hold(conversation),
    leave: release,
    saw: (conversation, seq) => rooms.get(conversation)?.recent.saw(seq),
    seen: (conversation) => rooms.get(conversation)?.recent.seen ?? 0,
    forget(conversation) {
      if (conversation === undefined) for (const { recent } of rooms.values()) recent.forget()
      else rooms.get(conversation)?.recent.forget()
    },
    expel: (conversation, user) => rooms.get(conversation)?.recent.expel(user),
    close: () => clearInterval(timer),
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'conversation.not_found'
}

function notFound(): Refusal {
  return new Refusal('conversation.not_found', 'There is no such conversation, or you are not a member of it.')
}
