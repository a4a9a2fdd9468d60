import { setTimeout as pause } from 'node:timers/promises'
import type { Connection, ConversationState } from '@parley/client'
import { type Frame, type Message, newId } from '@parley/protocol'
import { eventually, ifDocker } from '@parley/testing'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { containersOf, freeze, killHard, logsOf, metricOf, startAgain, stopGently } from '../support/containers.ts'
import { gather, type Person, signUp } from '../support/people.ts'

const kinds = ['chat-ws', 'gateway', 'history', 'ai-worker', 'nginx', 'redis', 'nats', 'postgres']
const sendEveryMs = 100
const recoverWithinMs = 10_000

ifDocker('Compose', () => {
  let people: Person[]
  let conversation: string
  let tabs: ReturnType<Person['connect']>[]
  let followers: ReturnType<ReturnType<Person['connect']>['follow']>[]
  const acknowledged = new Map<string, number>()
  let talking = true
  /** The highest attempt that a reply was seen at. */
  let takenOver = 1
  let talk: Promise<unknown>

  /** Says something every 100 ms, and remembers what was acknowledged. */
  async function chatter(tab: (typeof tabs)[0]): Promise<void> {
    const sends: Promise<void>[] = []
    while (talking) {
      sends.push(send(tab, 'still here').then(() => {}))
      await pause(sendEveryMs)
    }
    await Promise.all(sends)
  }

  async function send(tab: (typeof tabs)[0], content: string): Promise<string> {
    const id = newId()
    const ack = await tab.connection.request({ type: 'send', id, conversation, content })
    if (ack.type === 'ack') acknowledged.set(id, ack.seq!)
    return id
  }

  beforeAll(async () => {
    const origin = inject('composeOrigin')
    people = await Promise.all(['Ada', 'Grace'].map((name) => signUp(origin, name, `parley_affinity=${newId()}`)))
    conversation = await gather(people, 'mention')
    tabs = people.map((person) => person.connect())
    followers = tabs.map((tab) => tab.follow(conversation))
    for (const follower of followers) await follower.until('the state', () => true)
    talk = Promise.all(tabs.map(chatter))
  })
  afterAll(() => {
    for (const tab of tabs ?? []) tab.close()
  })

  /** The one that hurts: the chat node that Ada is on, the worker that writes the reply. */
  async function chooseVictim(kind: string, containers: string[]): Promise<string> {
    if (kind === 'chat-ws') {
      const { status } = tabs[0]!.connection
      return containers.find((id) => status.state === 'open' && id.startsWith(status.node))!
    }
    if (kind !== 'ai-worker') return containers[0]!
    const writing = await Promise.all(containers.map((id) => metricOf(id, 7004, 'parley_replies_under_way')))
    return containers[writing.indexOf(1)]!
  }

  it.each(kinds)('goes on by itself after a kill -9 of %s, with people and the assistant', async (kind) => {
    const asked = await send(tabs[0]!, '@assistant how do I invite people?')
    await followers[0]!.until('the reply to begin', (state) => replyTo(state, asked)?.reply?.status === 'streaming')
    const containers = await containersOf(kind)
    await killHard(await chooseVictim(kind, containers))
    const killedAt = Date.now()
    const after = await send(tabs[0]!, `after ${kind} was killed`)
    await followers[1]!.until(
      'the other to see it',
      ({ messages }) => messages.some(({ id }) => id === after),
      recoverWithinMs,
    )
    const back = await send(tabs[1]!, `back, ${kind}`)
    await followers[0]!.until(
      'the first to see the answer',
      ({ messages }) => messages.some(({ id }) => id === back),
      recoverWithinMs,
    )
    const peopleMs = Date.now() - killedAt
    const ended = (state: ConversationState) => replyTo(state, asked)?.reply?.status === 'complete'
    await Promise.all(
      followers.map((follower) =>
        follower.until(
          'the reply to end',
          (state) => {
            const reply = replyTo(state, asked)?.reply
            if (reply?.status === 'streaming') takenOver = Math.max(takenOver, reply.attempt)
            return ended(state)
          },
          40_000,
        ),
      ),
    )
    console.log(
      `${kind}: people go on after ${peopleMs} ms, the reply was complete ${Date.now() - killedAt} ms after the kill`,
    )
    expect(peopleMs).toBeLessThan(recoverWithinMs)
    await eventually(
      'all containers to be back',
      async () => (await containersOf(kind)).length === containers.length,
      30_000,
    )
  })

  it('lets a worker that was frozen until its lease was over write nothing more', async () => {
    const asked = await send(tabs[0]!, '@assistant how do I invite people?')
    const begun = (state: ConversationState) => replyTo(state, asked)?.reply?.status === 'streaming'
    await followers[0]!.until('the reply to begin', begun)
    const frozen = await chooseVictim('ai-worker', await containersOf('ai-worker'))
    await freeze(frozen, true)
    const ended = (state: ConversationState) => replyTo(state, asked)?.reply?.status === 'complete'
    const { content } = replyTo(await followers[0]!.until('the reply to end', ended, 40_000), asked)!
    await freeze(frozen, false)
    await eventually('the stale worker to see it', async () =>
      (await logsOf(frozen)).includes('another worker has taken over'),
    )
    const messages = await readAll(people[0]!, conversation)
    expect(messages.filter(({ parent }) => parent === asked)).toMatchObject([
      { content, reply: { status: 'complete' } },
    ])
    expect(content.match(/## Talk with other people/g), 'one reply, not two').toHaveLength(1)
  })

  it('sends the clients of a chat node that is stopped to another one, in time', async () => {
    const { status } = tabs[0]!.connection
    const node = status.state === 'open' ? status.node : ''
    const container = (await containersOf('chat-ws')).find((id) => id.startsWith(node))!
    const stoppedAt = Date.now()
    const stopped = stopGently(container)
    await eventually('another node', () => {
      const { status: now } = tabs[0]!.connection
      return now.state === 'open' && now.node !== node
    })
    console.log(`the client of a stopped node was on another one after ${Date.now() - stoppedAt} ms`)
    const after = await send(tabs[0]!, 'on another node')
    await followers[1]!.until('the other to see it', ({ messages }) => messages.some(({ id }) => id === after))
    await stopped
    await startAgain(container)
  })

  it('opens a conversation, and talks in it, while Redis stands still', async () => {
    const other = await gather(people)
    const [redis] = await containersOf('redis')
    await freeze(redis!, true)
    try {
      const [ada, grace] = tabs.map(({ connection }) => connection) as [Connection, Connection]
      const open = { type: 'open', conversation: other, since: 0 } as const
      expect(await Promise.all([ada.request(open), grace.request(open)])).toMatchObject([
        { type: 'caught-up' },
        { type: 'caught-up' },
      ])
      const id = newId()
      const ack = await ada.request({ type: 'send', id, conversation: other, content: 'Without Redis' })
      expect(ack).toMatchObject({ type: 'ack' })
      await freeze(redis!, false)
      const tells = (frame: Frame) =>
        (frame.type === 'head' && frame.conversation === other) ||
        (frame.type === 'change' && frame.change.kind === 'message' && frame.change.message.id === id)
      await tabs[1]!.frames.until('the other to be told of it', tells, 20_000)
    } finally {
      await freeze(redis!, false).catch(() => {}) // where it was not thawed above
    }
  })

  it('has lost nothing that was acknowledged, and both clients have what history has', async () => {
    talking = false
    await talk
    const { head } = await eventually('history', () =>
      people[0]!.api.getConversation(conversation).catch(() => undefined),
    )
    const states = await Promise.all(
      followers.map((follower) => follower.until('all of it', (state) => state.applied === head, 20_000)),
    )
    const stored = await readAll(people[0]!, conversation)
    console.log(`${acknowledged.size} messages acknowledged, ${stored.length} stored, head ${head}`)
    expect(acknowledged.size).toBeGreaterThan(200)
    const seqs = new Map(stored.map(({ id, seq }) => [id, seq]))
    for (const [id, seq] of acknowledged) expect(seqs.get(id)).toBe(seq)
    expect(stored.filter(({ author }) => author !== null).length, 'each message once').toBe(acknowledged.size)
    for (const state of states)
      expect(state.messages).toEqual(stored.filter(({ seq }) => seq >= state.messages[0]!.seq))
    expect(takenOver, 'a reply was taken over from the killed worker').toBe(2)
    expect(stored.flatMap(({ reply }) => reply?.status ?? [])).toEqual(
      [...kinds, 'frozen worker'].map(() => 'complete'),
    )
  })
})

function replyTo(state: ConversationState, message: string): Message | undefined {
  return state.messages.findLast(({ parent, role }) => parent === message && role === 'assistant')
}

async function readAll(person: Person, conversation: string): Promise<Message[]> {
  const all: Message[] = []
  for (let after = 0; ; after = all.at(-1)!.seq) {
    const { messages, more } = await person.api.page(conversation, { after, limit: 100 })
    all.push(...messages)
    if (!more) return all
  }
}
