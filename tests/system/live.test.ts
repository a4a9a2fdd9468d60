import { createDemoModel } from '@parley/ai-worker/model'
import { limits, newId, type Refusal } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { only, startParley } from '../support/parley.ts'
import { gather, signUp } from '../support/people.ts'

let parley: Awaited<ReturnType<typeof startParley>>
beforeAll(async () => {
  parley = await startParley()
})
afterAll(() => parley.stop())

describe('a live conversation', () => {
  it('shows everybody the messages, typing and presence of the others', async () => {
    const people = [await signUp(parley.url, 'Ada'), await signUp(parley.url, 'Grace')] as const
    const id = await gather([...people])
    const [ada, grace] = people.map((person) => person.connect()) as [
      ReturnType<(typeof people)[0]['connect']>,
      ReturnType<(typeof people)[0]['connect']>,
    ]
    const [adas, graces] = [ada.follow(id), grace.follow(id)]
    await adas.until('both present', ({ presence }) => presence.count === 2)
    await ada.connection.request({ type: 'typing', conversation: id, on: true })
    await grace.frames.until('typing', (frame) => frame.type === 'typing' && frame.user === people[0].user.id)
    const message = newId()
    const ack = await ada.connection.request({ type: 'send', id: message, conversation: id, content: 'Hello' })
    const seen = await graces.until('the message', ({ messages }) => messages.some((each) => each.id === message))
    expect(ack).toMatchObject({ type: 'ack', seq: seen.messages[0]!.seq })
    await grace.connection.request({ type: 'read', conversation: id, seq: seen.applied })
    await adas.until('the read mark', ({ members }) => members[people[1].user.id]!.lastReadSeq === seen.applied)
    grace.close()
    await adas.until('Grace to be gone', ({ presence }) => presence.count === 1)
    ada.close()
  })

  it('stores a message sent twice with one id once, over the socket and over REST', async () => {
    const ada = await signUp(parley.url)
    const id = await gather([ada])
    const tab = ada.connect()
    await tab.opened()
    const message = { id: newId(), content: 'once' }
    const first = await tab.connection.request({ type: 'send', conversation: id, ...message })
    const again = await tab.connection.request({ type: 'send', conversation: id, ...message })
    const rest = await ada.api.send(id, message)
    expect(new Set([(first as { seq?: number }).seq, (again as { seq?: number }).seq, rest.seq]).size).toBe(1)
    expect((await ada.api.page(id)).messages).toHaveLength(1)
    tab.close()
  })

  it('streams one reply to all who look on, and keeps it', async () => {
    const people = [await signUp(parley.url, 'Ada'), await signUp(parley.url, 'Grace')]
    const id = await gather(people, 'always')
    const tabs = people.map((person) => person.connect())
    const followers = tabs.map((tab) => tab.follow(id))
    for (const follower of followers) await follower.until('the state', () => true)
    await tabs[0]!.connection.request({ type: 'send', id: newId(), conversation: id, content: 'What is this?' })
    const texts = await Promise.all(
      followers.map(async (follower) => {
        const streamed: string[] = []
        const end = await follower.until('the end', (state) => {
          streamed.push(...Object.values(state.live).map(({ text }) => text))
          return state.messages.at(-1)?.reply?.status === 'complete'
        })
        const { content, model } = end.messages.at(-1)!
        expect(model).toBe('demo')
        expect(streamed.length).toBeGreaterThan(2)
        for (const text of streamed) expect(content.startsWith(text)).toBe(true)
        expect(end.live).toEqual({})
        return content
      }),
    )
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).toContain('demo model')
    for (const tab of tabs) tab.close()
  })

  it('is named after its first exchange, unless a person was first', async () => {
    const ada = await signUp(parley.url)
    const [tab, other] = [ada.connect(), ada.connect()]
    await other.opened()
    const ask = async (title?: string) => {
      const id = newId()
      await ada.api.createConversation({ id, assistant: 'always', ...(title && { title }) })
      const follower = tab.follow(id)
      await follower.until('the state', () => true)
      await tab.connection.request({
        type: 'send',
        id: newId(),
        conversation: id,
        content: '@assistant What is **this**?',
      })
      return { id, follower }
    }
    const [unnamed, named] = [await ask(), await ask('Mine')]
    await unnamed.follower.until('a title', ({ conversation }) => conversation.title === 'What is this?')
    // Whoever has it open hears the change itself; other devices hear of it for their list.
    await other.frames.until('the list to hear', (frame) => frame.type === 'bump' && frame.title === 'What is this?')
    const bumps = tab.frames.items.filter((frame) => frame.type === 'bump' && frame.title === 'What is this?')
    expect(bumps).toEqual([])
    const ended = await named.follower.until('the end', ({ messages }) => messages.at(-1)?.reply?.status === 'complete')
    expect(ended.conversation.title).toBe('Mine')
    expect((await ada.api.getConversation(named.id)).conversation.title).toBe('Mine')
    for (const each of [tab, other]) each.close()
  })

  it('stops a reply from another member’s device, and keeps what was written', async () => {
    const slow = await startParley({ models: only(createDemoModel(20)) })
    const people = [await signUp(slow.url, 'Ada'), await signUp(slow.url, 'Grace')]
    const id = await gather(people, 'always')
    const tabs = people.map((person) => person.connect())
    const [first, second] = tabs.map((tab) => tab.follow(id))
    await first!.until('the state', () => true)
    await second!.until('the state', () => true)
    await tabs[0]!.connection.request({ type: 'send', id: newId(), conversation: id, content: 'What is this?' })
    const writing = await second!.until('some words', (state) =>
      Object.values(state.live).some(({ text }) => text.length > 10),
    )
    const message = writing.messages.at(-1)!.id
    await tabs[1]!.connection.request({ type: 'stop', conversation: id, message })
    const end = await first!.until('the end', ({ messages }) => messages.at(-1)?.reply?.status === 'stopped')
    expect(end.messages.at(-1)).toMatchObject({ reply: { status: 'stopped', by: people[1]!.user.id } })
    expect(end.messages.at(-1)!.content.length).toBeGreaterThan(10)
    for (const tab of tabs) tab.close()
    await slow.stop()
  })

  it('lets who left or was removed hear no more, at once', async () => {
    const people = [await signUp(parley.url, 'Ada'), await signUp(parley.url, 'Grace')]
    const id = await gather(people)
    const [ada, grace] = [people[0]!.connect(), people[1]!.connect()]
    const graces = grace.follow(id)
    await graces.until('the state', () => true)
    await ada.opened()
    await people[0]!.api.removeMember(id, people[1]!.user.id)
    await grace.frames.until('the news', (frame) => frame.type === 'left' && frame.conversation === id)
    await ada.connection.request({ type: 'send', id: newId(), conversation: id, content: 'a secret' })
    const refused = grace.connection.request({ type: 'open', conversation: id, since: 0 })
    await expect(refused).rejects.toMatchObject({ code: 'conversation.not_found' } satisfies Partial<Refusal>)
    expect(JSON.stringify(grace.frames.items)).not.toContain('a secret')
    ada.close()
    grace.close()
  })

  it('is nobody’s at once when it is deleted, also not of who comes to a node that knew it, and comes back', async () => {
    const people = [await signUp(parley.url, 'Ada'), await signUp(parley.url, 'Grace')]
    const id = await gather(people)
    const ada = people[0]!.connect()
    const adas = ada.follow(id)
    await adas.until('the node to have it open', ({ presence }) => presence.count === 1)
    await people[0]!.api.deleteConversation(id)
    await ada.frames.until('the news', (frame) => frame.type === 'left' && frame.conversation === id)
    const grace = people[1]!.connect() // the node has not let go of it yet
    await grace.opened()
    const open = () => grace.connection.request({ type: 'open', conversation: id, since: 0 })
    await expect(open()).rejects.toMatchObject({ code: 'conversation.not_found' } satisfies Partial<Refusal>)
    await people[0]!.api.restoreConversation(id)
    await grace.frames.until('it again', (frame) => frame.type === 'joined' && frame.conversation === id)
    expect((await open()).type).toBe('caught-up')
    ada.close()
    grace.close()
  })

  it('lets nobody in who is removed while the conversation is being opened', async () => {
    const [ada, ...guests] = await Promise.all(Array.from({ length: 12 }, (_, n) => signUp(parley.url, `Person ${n}`)))
    const id = await gather([ada!, ...guests])
    const tabs = guests.map((guest) => guest.connect())
    await Promise.all(tabs.map((tab) => tab.opened()))
    await Promise.all(
      tabs.flatMap((tab, n) => [
        tab.connection.request({ type: 'open', conversation: id, since: 0 }).catch(() => {}),
        ada!.api.removeMember(id, guests[n]!.user.id),
      ]),
    )
    await Promise.all(tabs.map((tab) => tab.frames.until('left', (frame) => frame.type === 'left')))
    await ada!.api.send(id, { id: newId(), content: 'a secret' })
    for (const tab of tabs) {
      await tab.connection.request({ type: 'ping' }) // whatever was to come has come
      expect(JSON.stringify(tab.frames.items)).not.toContain('a secret')
      tab.close()
    }
  })

  it('tells the lists of a conversation’s members its news, also when it has grown large, and nobody else’s', async () => {
    const [ada, grace] = [await signUp(parley.url, 'Ada'), await signUp(parley.url, 'Grace')]
    const tabs = [ada, grace].map((person) => person.connect())
    await Promise.all(tabs.map((tab) => tab.opened()))
    const id = await gather([ada, grace])
    const { token } = await ada.api.invite(id)
    for (let n = 2; n <= limits.directBumpMembers; n += 1) {
      await (await signUp(parley.url, `Guest ${n}`)).api.acceptInvite(token)
    }
    expect((await ada.api.getConversation(id)).conversation.memberCount).toBe(limits.directBumpMembers + 1)
    const hears = (tab: (typeof tabs)[0], text: string) =>
      tab.frames.until(text, (frame) => frame.type === 'bump' && frame.preview === text)
    await ada.api.send(id, { id: newId(), content: 'to all of you' })
    await Promise.all(tabs.map((tab) => hears(tab, 'to all of you')))
    await ada.api.removeMember(id, grace.user.id)
    await tabs[1]!.frames.until('left', (frame) => frame.type === 'left')
    await ada.api.send(id, { id: newId(), content: 'not for Grace' })
    await hears(tabs[0]!, 'not for Grace')
    expect(JSON.stringify(tabs[1]!.frames.items)).not.toContain('not for Grace')
    for (const tab of tabs) tab.close()
  })

  it('ends the sockets of a session that signs out, within a second', async () => {
    const ada = await signUp(parley.url)
    const tab = ada.connect()
    await tab.opened()
    const at = Date.now()
    await ada.api.signOutEverywhere()
    await tab.statuses.until('the end', ({ state }) => state === 'signed-out')
    expect(Date.now() - at).toBeLessThan(1_000)
    await expect(ada.api.me()).rejects.toMatchObject({ code: 'auth.required' })
  })
})
