import type { ConversationState } from '@parley/client'
import { type Frame, newId } from '@parley/protocol'
import { inject } from 'vitest'
import { gather, type Person, signUp } from '../support/people.ts'

export type Watched = {
  conversation: string
  name: string
  /** Those who look on, each on a connection of their own. The first asks. */
  viewers: Viewer[]
}

type Viewer = {
  person: Person
  tab: ReturnType<Person['connect']>
  follower: ReturnType<ReturnType<Person['connect']>['follow']>
  /** When the first word of a reply came, by its id. */
  firstWordAt: Map<string, number>
  /** Deltas that came without what should have stood before them. */
  gaps: number
  deltas: number
  /** How long it took from the last word of a worker to the first of the next, by reply and attempt. */
  takeovers: Map<string, number>
}

const now = () => performance.timeOrigin + performance.now()
const atOnce = 25

/** Conversations with people who look on, spread over the chat nodes. */
export async function gatherCrowd(conversations: number, viewersEach: number): Promise<Watched[]> {
  const origin = inject('composeOrigin')
  const people = await inBatches(Math.ceil(conversations / 4), () =>
    signUp(origin, 'Ada', `parley_affinity=${newId()}`),
  )
  return inBatches(conversations, async (at) => {
    const members = Array.from({ length: viewersEach }, (_, n) => people[(at + n) % people.length]!)
    const conversation = await gather(members, 'always')
    const viewers = members.map((member) => watch(member, conversation))
    await Promise.all(viewers.map(({ follower }) => follower.until('the conversation', () => true, 60_000)))
    return { conversation, name: `reply-${at}`, viewers }
  })
}

function watch(person: Person, conversation: string): Viewer {
  const heard = new Map<string, number>()
  const last = new Map<string, { attempt: number; at: number }>()
  const viewer: Viewer = {
    person,
    tab: person.connect({ onFrame }),
    follower: undefined as never,
    firstWordAt: new Map(),
    gaps: 0,
    deltas: 0,
    takeovers: new Map(),
  }
  viewer.follower = viewer.tab.follow(conversation)
  return viewer

  function onFrame(frame: Frame): void {
    if (frame.type === 'caught-up') {
      for (const { message, attempt, text } of frame.partials) heard.set(`${message}:${attempt}`, text.length)
    }
    if (frame.type !== 'delta') return
    const { message, attempt, offset, text } = frame
    const key = `${message}:${attempt}`
    const known = heard.get(key) ?? 0
    viewer.deltas += 1
    if (offset > known) viewer.gaps += 1
    if (!viewer.firstWordAt.has(message)) viewer.firstWordAt.set(message, now())
    heard.set(key, Math.max(known, offset + text.length))
    const before = last.get(message)
    if (before && attempt > before.attempt) viewer.takeovers.set(key, now() - before.at)
    last.set(message, { attempt, at: now() })
  }
}

/** The reply that a conversation ends with, as a viewer sees it. */
export function lastReply(state: ConversationState | undefined) {
  return state?.messages.findLast(({ role }) => role === 'assistant')
}

/** Asks in a conversation, and resolves with the prompt's id. */
export async function ask({ viewers, conversation }: Watched, content: string): Promise<string> {
  const id = newId()
  await viewers[0]!.tab.connection.request({ type: 'send', id, conversation, content })
  return id
}

/** Makes so many of something, a few at a time. */
async function inBatches<T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let at = 0; at < count; at += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, count - at) }, (_, n) => make(at + n))
    made.push(...(await Promise.all(batch)))
  }
  return made
}
