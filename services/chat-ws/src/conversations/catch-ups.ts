import type { History } from '@parley/history-client'
import { topics as names, partialKey, Refusal, type Role } from '@parley/protocol'
import type { Scratch } from '@parley/relay'
import type { Presence } from '../presence/presence.ts'
import type { Topics } from '../topics/topics.ts'

/** Questions to history under way at most; further ones wait. */
const maxUnderWay = 32
const maxWaiting = 10_000
const maxActors = 500

type CaughtUp = {
  role: Role
  head: number
  /** The rest of the `caught-up` frame after its `id`, encoded once for all who asked; or that it must be a `reset`. */
  rest: string | 'reset'
  /** What passed on the conversation's topics while the question was under way. */
  frames: Buffer[]
}

export type CatchUps = {
  /** What changed after `since`, and what is going on now. Rejects with a `Refusal`. */
  ask(user: string, conversation: string, since: number): Promise<CaughtUp>
}

type Asker = { user: string; resolve: (answer: CaughtUp) => void; reject: (error: unknown) => void }
type Question = { conversation: string; since: number; askers: Asker[]; underWay: boolean }

/**
 * Catch-ups, where equal questions are asked once: who asks while the same question is on its way waits for the next
 * one, because the answer on its way may be older than the asker's subscription.
 */
export function createCatchUps(deps: {
  history: History
  scratch: Scratch
  topics: Topics
  presence: Presence
}): CatchUps {
  const questions = new Map<string, Question>()
  const ready: Question[] = []
  let underWay = 0
  let waiting = 0

  function next(): void {
    while (underWay < maxUnderWay && ready.length > 0) void run(ready.shift()!)
  }

  async function run(question: Question): Promise<void> {
    const askers = question.askers.splice(0, maxActors)
    waiting -= askers.length
    underWay += 1
    question.underWay = true
    await answer(deps, question, askers).catch((error: unknown) => {
      for (const { reject } of askers) reject(error)
    })
    question.underWay = false
    underWay -= 1
    if (question.askers.length > 0) ready.push(question)
    else questions.delete(`${question.conversation}:${question.since}`)
    next()
  }

  return {
    ask(user, conversation, since) {
      if (waiting >= maxWaiting) {
        return Promise.reject(
          new Refusal('unavailable', 'Too many are coming back at once. Trying again soon.', { retryAfterMs: 1_000 }),
        )
      }
      waiting += 1
      return new Promise((resolve, reject) => {
        const key = `${conversation}:${since}`
        const present = questions.get(key)
        const question = present ?? { conversation, since, askers: [], underWay: false }
        question.askers.push({ user, resolve, reject })
        if (present) return
        questions.set(key, question)
        ready.push(question)
        setImmediate(next) // whoever asks in this turn of the loop is asked with
      })
    },
  }
}

async function answer(
  { history, scratch, topics, presence }: Parameters<typeof createCatchUps>[0],
  { conversation, since }: Question,
  askers: Asker[],
): Promise<void> {
  const held = [names.changes(conversation), names.live(conversation)]
  await Promise.all(held.map((topic) => topics.hold(topic)))
  const recordings = held.map((topic) => topics.record(topic))
  const end = () => {
    for (const topic of held) topics.release(topic)
    return recordings.map((recording) => recording.end())
  }
  try {
    const actors = [...new Set(askers.map(({ user }) => user))]
    const { head, tip, readers, changes, streaming, reads } = await history.changesSince({
      actors,
      conversation,
      since,
    })
    const [partials, present] = await Promise.all([
      Promise.all(
        streaming.map(async ({ message, attempt }) => ({
          message,
          attempt,
          text: (await scratch.read(partialKey(message, attempt)).catch(() => '')) ?? '',
        })),
      ),
      presence.read(conversation),
    ])
    const roles = new Map(readers.map(({ user, role }) => [user, role]))
    const state = { conversation, since, head, tip, changes, partials, reads, presence: present }
    const rest = changes ? JSON.stringify(state).slice(1) : 'reset'
    const [durable, live] = end()
    for (const { user, resolve, reject } of askers) {
      const role = roles.get(user)
      if (!role) reject(new Refusal('conversation.not_found', notFound))
      else if (!durable || !live) reject(new Refusal('unavailable', 'Too much is going on. Trying again soon.'))
      else resolve({ role, head, rest, frames: [...durable, ...live] })
    }
  } catch (error) {
    end()
    throw error
  }
}

const notFound = 'There is no such conversation, or you are not a member of it.'
