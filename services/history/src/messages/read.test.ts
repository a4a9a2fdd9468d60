import { limits, newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

async function filled(count: number) {
  const { id: conversation, owner, members } = await parley.conversation({ members: 1 })
  const messages = Array.from({ length: count }, (_, n) => ({
    id: newId(),
    conversation,
    author: owner,
    content: `${n}`,
  }))
  for (let at = 0; at < count; at += 500)
    await parley.history.appendMessages({ messages: messages.slice(at, at + 500) })
  return { conversation, owner, member: members[0]!, messages }
}

describe('the log', () => {
  it('pages both ways and says whether there is more', async () => {
    const { conversation, owner } = await filled(25)
    const page = (bounds: object) => parley.history.pageMessages({ actor: owner, conversation, limit: 10, ...bounds })
    const contents = ({ messages }: Awaited<ReturnType<typeof page>>) => messages.map(({ content }) => Number(content))
    const newest = await page({})
    expect(contents(newest)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24])
    expect(newest.more).toBe(true)
    const oldest = await page({ before: newest.messages[0]!.seq - 5 })
    expect(contents(oldest)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(oldest.more).toBe(false)
    const after = await page({ after: oldest.messages.at(-1)!.seq })
    expect(contents(after)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
  })

  it('tells every kind of change since a seq, each row once in its newest state', async () => {
    const { conversation, owner, member, messages } = await filled(3)
    const since = (await parley.history.getConversation({ actor: owner, conversation })).head
    const at = (index: number) => ({ actor: owner, conversation, message: messages[index]!.id })
    await parley.history.editMessage({ ...at(0), content: 'edited' })
    await parley.history.deleteMessage(at(1))
    await parley.history.reactToMessage({ ...at(2), emoji: '👍', on: true })
    await parley.history.reactToMessage({ ...at(2), emoji: '🎉', on: true })
    await parley.history.changeConversation({ actor: owner, conversation, title: 'Named' })
    await parley.history.setRole({ actor: owner, conversation, user: member, role: 'viewer' })
    const { changes, head, readers } = await parley.history.changesSince({
      actors: [owner, member],
      conversation,
      since,
    })
    expect(head).toBe(since + 6)
    expect(readers.map(({ role }) => role).sort()).toEqual(['owner', 'viewer'])
    expect(changes?.map(({ kind, seq }) => [kind, seq - since])).toEqual([
      ['message', 1],
      ['message', 2],
      ['message', 4],
      ['conversation', 5],
      ['member', 6],
    ])
    expect(changes?.[2]).toMatchObject({ message: { reactions: [{ emoji: '👍' }, { emoji: '🎉' }] } })
  })

  it('sends who is too far behind to the newest page', async () => {
    const { conversation, owner } = await filled(limits.catchUpChanges + 1)
    const answer = await parley.history.changesSince({ actors: [owner], conversation, since: 0 })
    expect(answer.changes).toBeUndefined()
    expect(answer.head).toBeGreaterThan(limits.catchUpChanges)
  })

  it('answers strangers like people who ask for what does not exist', async () => {
    const { conversation, owner } = await filled(1)
    const stranger = await parley.person()
    const refusal = { code: 'conversation.not_found' }
    const { history } = parley
    for (const at of [
      { actor: stranger, conversation },
      { actor: stranger, conversation: newId() },
    ]) {
      await expect(history.pageMessages({ ...at, limit: 1 })).rejects.toMatchObject(refusal)
      await expect(history.changesSince({ ...at, actors: [stranger], since: 0 } as never)).rejects.toMatchObject({
        code: 'request.invalid',
      })
      await expect(
        history.changesSince({ actors: [at.actor], conversation: at.conversation, since: 0 }),
      ).rejects.toMatchObject(refusal)
      await expect(history.getConversation(at)).rejects.toMatchObject(refusal)
      await expect(history.changeConversation({ ...at, title: 'x' })).rejects.toMatchObject(refusal)
      await expect(history.markRead({ ...at, seq: 1 })).rejects.toMatchObject(refusal)
    }
    const { readers } = await history.changesSince({ actors: [owner, stranger], conversation, since: 0 })
    expect(readers.find(({ user }) => user === owner)).toEqual({ user: owner, role: 'owner' })
    expect(readers.map(({ user }) => user)).not.toContain(stranger)
  })

  it('moves read marks forward only, and never past the head', async () => {
    const { conversation, owner, member } = await filled(5)
    const { head } = await parley.history.getConversation({ actor: owner, conversation })
    const live = await parley.listen(parley.topics.live(conversation))
    const marks = async () => {
      const { members } = await parley.history.getConversation({ actor: owner, conversation })
      return members.find(({ user }) => user === member)?.lastReadSeq
    }
    await parley.history.markRead({ actor: member, conversation, seq: head + 100 })
    expect(await marks()).toBe(head)
    await live.until('the mark', (frame) => frame.type === 'read' && frame.user === member && frame.seq === head)
    await parley.history.markRead({ actor: member, conversation, seq: 1 })
    expect(await marks()).toBe(head)
  })
})
