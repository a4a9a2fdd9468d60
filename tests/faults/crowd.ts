import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@parley/client'
import { type Frame, type Message, newId, Refusal } from '@parley/protocol'
import { createRecorder, eventually } from '@parley/testing'
import { wordsOf } from '../support/paced-provider.ts'
import { gather, type Person, signUp } from '../support/people.ts'
import { createRandom, pick, type Random } from './random.ts'
import type { Operation, Recorded, RoomRecord } from './record.ts'

/** What is done in a room: only sending; also changing what was sent; also asking the assistant. */
const kinds = ['plain', 'craft', 'ask'] as const
const perRoom = 3
const [leastPauseMs, mostPauseMs] = [150, 900]
const [replyWords, replyWordsPerSecond] = [120, 40]
/** In the end everything has its answer within this time, and everybody has everything. */
const settleWithinMs = 30_000

type Client = {
  number: number
  person: Person
  tab: ReturnType<Person['connect']>
  follower: ReturnType<ReturnType<Person['connect']>['follow']>
  /** The messages of others that came, live or by catching up. */
  seen: ReturnType<typeof createRecorder<string>>
}

type Room = Omit<RoomRecord, 'finals' | 'stored' | 'head'> & { kind: (typeof kinds)[number]; clients: Client[] }

export type Crowd = {
  count: number
  /** Has them talk until `quiet` is called. */
  talk(): void
  /**
   * Says something in each room; resolves with how long it took until everybody there had it, in milliseconds, which is
   * at most `withinMs`.
   */
  probe(withinMs: number): Promise<number[]>
  /** Ends the talk, waits until all is answered, and tells what was seen and what history has. */
  settle(): Promise<RoomRecord[]>
  /** How much they have asked for by now. */
  readonly operations: number
  /** The messages that were acknowledged by now. */
  acknowledged(): Set<string>
  leave(): void
}

/** The words that the model is made to say under a name. */
export const scriptOf = (name: string): string => wordsOf(name, replyWords).join('')

/** Gathers recording clients in rooms of three, on sockets that are spread over the chat nodes. */
export async function gatherCrowd(
  origin: string,
  { seed, clients }: { seed: number; clients: number },
): Promise<Crowd> {
  const startedAt = performance.now()
  const now = () => Math.round(performance.now() - startedAt)
  const random = createRandom(seed)
  const rooms: Room[] = []
  for (let at = 0; at * perRoom < clients; at += 1) rooms.push(await openRoom(at))
  const scripts = new Map<string, string>()
  let isTalking = false
  let underWay: Promise<unknown>[] = []

  async function openRoom(at: number): Promise<Room> {
    const people = await Promise.all(
      Array.from({ length: perRoom }, () => signUp(origin, 'Ada', `parley_affinity=${newId()}`)),
    )
    const kind = kinds[at % kinds.length]!
    const conversation = await gather(people, kind === 'ask' ? 'mention' : 'off')
    const room: Room = {
      kind,
      conversation,
      plain: kind === 'plain',
      clients: [],
      operations: [],
      told: [],
      strayed: [],
    }
    room.clients.push(...people.map((person, n) => join(room, person, at * perRoom + n)))
    await Promise.all(room.clients.map(({ follower }) => follower.until('the conversation', () => true, 30_000)))
    return room
  }

  function join(room: Room, person: Person, number: number): Client {
    const seen = createRecorder<string>()
    const tab = person.connect({ onFrame: (frame) => record(room, number, seen, frame) })
    return { number, person, tab, follower: tab.follow(room.conversation), seen }
  }

  function record(room: Room, client: number, seen: Client['seen'], frame: Frame): void {
    if (frame.type === 'delta') {
      const script = scripts.get(frame.message)
      const { message: reply, attempt, offset, text } = frame
      if (script !== undefined && script.slice(offset, offset + text.length) !== text)
        room.strayed.push({ client, at: now(), reply, attempt, offset, text })
    }
    if (frame.type !== 'change' || frame.conversation !== room.conversation) return
    const { change } = frame
    const told = { client, at: now(), seq: change.seq }
    if (change.kind !== 'message') {
      const row = change.kind === 'member' ? `member ${change.member.user}` : 'the settings'
      room.told.push({ ...told, row })
      return
    }
    const { message } = change
    room.told.push({ ...told, row: `message ${message.id}`, message })
    seen.push(message.id)
    if (message.role === 'assistant' && !scripts.has(message.id)) {
      const asked = room.operations.find((each) => each.message === message.parent)
      if (asked?.op === 'send' && asked.asks !== undefined) scripts.set(message.id, scriptOf(asked.asks))
    }
  }

  /** Does something and writes down what became of it. */
  async function act(room: Room, { number, tab }: Client, operation: Operation): Promise<void> {
    const recorded: Recorded = { ...operation, client: number, at: now() }
    room.operations.push(recorded)
    try {
      const answer = await tab.connection.request(commandOf(room.conversation, operation))
      if (answer.type === 'ack') recorded.ack = answer.seq ?? 0
      recorded.ackAt = now()
    } catch (error) {
      recorded.refused = error instanceof Refusal ? error.code : String(error)
    }
  }

  async function talkAs(room: Room, client: Client, random: Random): Promise<void> {
    const own: string[] = []
    for (let nth = 0; isTalking; nth += 1) {
      await sleep(leastPauseMs + random() * (mostPauseMs - leastPauseMs))
      const isTheOneWhoAsks = room.kind === 'ask' && client === room.clients[0]
      const message = pick(random, own)
      const choice = random()
      if (isTheOneWhoAsks && nth % 4 === 0) await ask(room, client, nth)
      else if (room.kind !== 'craft' || message === undefined || choice < 0.5) {
        const id = newId()
        const content = `${client.number}.${nth} ${'words '.repeat(1 + Math.floor(random() * 8))}`
        // Nobody waits for the answer before they go on; what is changed later is there.
        underWay.push(act(room, client, { op: 'send', message: id, content, asks: undefined }).then(() => own.push(id)))
      } else if (choice < 0.7) {
        await act(room, client, { op: 'edit', message, content: `edited ${client.number}.${nth}` })
      } else if (choice < 0.9) {
        own.splice(own.indexOf(message), 1)
        await act(room, client, { op: 'delete', message })
      } else await act(room, client, { op: 'react', message, emoji: '👍', on: random() < 0.7 })
    }
  }

  async function ask(room: Room, client: Client, nth: number): Promise<void> {
    const name = `c${client.number}n${nth}s${seed}`
    const content = `@assistant say ${name} in ${replyWords} words at ${replyWordsPerSecond} per second`
    await act(room, client, { op: 'send', message: newId(), content, asks: name })
  }

  async function probeRoom(room: Room, withinMs: number): Promise<number> {
    const message = newId()
    const [asker] = room.clients
    const askedAt = performance.now()
    underWay.push(act(room, asker!, { op: 'send', message, content: 'Is everybody here?', asks: undefined }))
    const has = ({ messages }: { messages: Message[] }) => messages.some(({ id }) => id === message)
    const seen = room.clients.map(({ follower }) => follower.until('the question', has, withinMs).catch(() => {}))
    // Over REST, too: sockets that are open go on without the gateways.
    const isThere = () => asker!.person.api.getConversation(room.conversation).catch(() => undefined)
    const answered = eventually('the conversation', isThere, withinMs).catch(() => {})
    await Promise.all([...seen, answered])
    return performance.now() - askedAt
  }

  async function settleRoom(room: Room): Promise<RoomRecord> {
    const { kind: _, clients, ...recorded } = room
    const { api } = clients[0]!.person
    const { stored, head } = await settled(api, room.conversation)
    const finals = await Promise.all(
      clients.map(async ({ number, follower }) => {
        await follower.until('all of it', ({ applied }) => applied === head, settleWithinMs).catch(() => {})
        const { applied, messages } = follower.state
        return { client: number, applied, messages }
      }),
    )
    return { ...recorded, finals, stored, head }
  }

  return {
    count: rooms.length * perRoom,
    talk() {
      isTalking = true
      underWay = rooms.flatMap((room) =>
        room.clients.map((client) => talkAs(room, client, createRandom(random() * 2 ** 32))),
      )
    },
    probe: (withinMs) => Promise.all(rooms.map((room) => probeRoom(room, withinMs))),
    async settle() {
      isTalking = false
      const answered = async () => {
        for (let known = -1; known !== underWay.length; ) {
          known = underWay.length
          await Promise.all(underWay)
        }
      }
      await Promise.race([answered(), sleep(settleWithinMs)])
      return Promise.all(rooms.map(settleRoom))
    },
    acknowledged() {
      const all = rooms.flatMap(({ operations }) => operations)
      return new Set(all.flatMap(({ op, message, ack }) => (op === 'send' && ack !== undefined ? [message] : [])))
    },
    get operations() {
      return rooms.reduce((sum, { operations }) => sum + operations.length, 0)
    },
    leave() {
      isTalking = false
      for (const { clients } of rooms) for (const { tab } of clients) tab.close()
    },
  }
}

function commandOf(conversation: string, operation: Operation): Parameters<Connection['request']>[0] {
  const { op, message } = operation
  if (op === 'send') return { type: 'send', id: message, conversation, content: operation.content }
  if (op === 'edit') return { type: 'edit', conversation, message, content: operation.content }
  if (op === 'delete') return { type: 'delete', conversation, message }
  return { type: 'react', conversation, message, emoji: operation.emoji, on: operation.on }
}

/** All that history has of a conversation, once no reply is under way in it any more, or it has taken too long. */
async function settled({ page, getConversation }: Person['api'], conversation: string) {
  const until = performance.now() + settleWithinMs
  for (;;) {
    try {
      const { head } = await getConversation(conversation)
      const stored: Message[] = []
      for (let more = true; more; ) {
        const answer = await page(conversation, { after: stored.at(-1)?.seq ?? 0, limit: 100 })
        stored.push(...answer.messages)
        more = answer.more
      }
      const isUnderWay = stored.some(({ reply }) => reply?.status === 'queued' || reply?.status === 'streaming')
      const { head: after } = await getConversation(conversation)
      if ((!isUnderWay && head === after) || performance.now() > until) return { stored, head: after }
    } catch (error) {
      if (performance.now() > until) throw error
    }
    await sleep(200)
  }
}
