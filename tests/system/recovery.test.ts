import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startParley } from '../support/parley.ts'
import { gather, type Person, signUp } from '../support/people.ts'

let parley: Awaited<ReturnType<typeof startParley>>
beforeAll(async () => {
  parley = await startParley()
})
afterAll(() => parley.stop())

/** Makes 500 changes of all kinds. */
async function makeChanges(people: Person[], conversation: string): Promise<void> {
  const tabs = people.map((person) => person.connect())
  await Promise.all(tabs.map((tab) => tab.opened()))
  const [ada, grace] = tabs.map(({ connection }) => connection) as [
    (typeof tabs)[0]['connection'],
    (typeof tabs)[0]['connection'],
  ]
  const messages: string[] = []
  for (let n = 0; n < 200; n += 1) {
    const id = newId()
    messages.push(id)
    await ada.request({ type: 'send', id, conversation, content: `message ${n}` })
  }
  const at = (n: number) => ({ conversation, message: messages[n]! })
  for (let n = 0; n < 100; n += 1) {
    await ada.request({ type: 'edit', ...at(n), content: `edited ${n}` })
    await grace.request({ type: 'react', ...at(n), emoji: n % 3 ? '👍' : '🎉', on: true })
  }
  for (let n = 0; n < 50; n += 1)
    await grace.request({ type: 'react', ...at(n * 2), emoji: (n * 2) % 3 ? '👍' : '🎉', on: false })
  for (let n = 150; n < 198; n += 1) await ada.request({ type: 'delete', ...at(n) })
  await people[0]!.api.changeConversation(conversation, { title: 'Renamed meanwhile' })
  await people[0]!.api.setRole(conversation, people[1]!.user.id, 'owner')
  for (const tab of tabs) tab.close()
}

describe('a client that was away', () => {
  it('ends with exactly what a client that stayed has, after 500 changes of all kinds', async () => {
    const people = [await signUp(parley.url, 'Ada'), await signUp(parley.url, 'Grace'), await signUp(parley.url, 'Lin')]
    const id = await gather(people)
    const lin = people[2]!
    const [stays, goes] = [lin.connect(), lin.connect()]
    const stayed = stays.follow(id)
    const before = await goes.follow(id).until('the state', () => true)
    await stayed.until('the state', () => true)
    goes.close()

    const { head: from } = await lin.api.getConversation(id)
    await makeChanges(people.slice(0, 2), id)
    const { head } = await lin.api.getConversation(id)
    expect(head - from).toBe(500)

    const back = lin.connect()
    await back.opened()
    const answer = await back.connection.request({ type: 'open', conversation: id, since: before.applied })
    const { catchUp } = await import('../../packages/client/src/conversation.ts')
    const returned = catchUp(before, answer as never)
    const settled = await stayed.until('all of it', ({ applied }) => applied === head)
    expect({ ...returned, presence: undefined }).toEqual({ ...settled, presence: undefined })
    expect(returned.conversation.title).toBe('Renamed meanwhile')
    for (const tab of [stays, back]) tab.close()
  })

  it('starts over from the newest page when it was away for too long', async () => {
    const ada = await signUp(parley.url)
    const id = await gather([ada])
    const tab = ada.connect()
    const follower = tab.follow(id)
    await follower.until('the state', () => true)
    follower.close()
    for (let round = 0; round < 2; round += 1) {
      const sends = Array.from({ length: 550 }, () =>
        tab.connection.request({ type: 'send', id: newId(), conversation: id, content: 'hello' }),
      )
      await Promise.all(sends)
    }
    expect(await tab.connection.request({ type: 'open', conversation: id, since: 1 })).toMatchObject({ type: 'reset' })
    const again = await tab.follow(id).until('the newest page', ({ hasOlder }) => hasOlder)
    expect(again.messages).toHaveLength(50)
    expect(again.applied).toBe(again.messages.at(-1)!.seq)
    tab.close()
  })
})
