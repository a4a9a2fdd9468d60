import { limits, newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

async function written(members = 1) {
  const { id: conversation, owner, members: others } = await parley.conversation({ members })
  const id = newId()
  await parley.history.appendMessages({ messages: [{ id, conversation, author: others[0]!, content: 'first' }] })
  const at = (actor: string) => ({ actor, conversation, message: id })
  const read = async () => (await parley.history.pageMessages({ actor: owner, conversation, limit: 1 })).messages[0]!
  return { conversation, id, owner, author: others[0]!, others, at, read }
}

describe('changes to a message', () => {
  it('lets its author edit it, and nobody else', async () => {
    const { at, author, owner, read } = await written()
    const { seq } = await parley.history.editMessage({ ...at(author), content: 'second' })
    expect(await read()).toMatchObject({ content: 'second', editedAt: expect.any(String) })
    expect(await parley.history.editMessage({ ...at(author), content: 'second' }), 'a repeat takes no seq').toEqual({
      seq,
    })
    await expect(parley.history.editMessage({ ...at(owner), content: 'x' })).rejects.toMatchObject({
      code: 'access.forbidden',
    })
  })

  it('leaves a reply that is still to be written until somebody stops it', async () => {
    const { id: conversation, owner: actor } = await parley.conversation({ assistant: 'always' })
    await parley.history.appendMessages({ messages: [{ id: newId(), conversation, author: actor, content: 'hello' }] })
    const { messages } = await parley.history.pageMessages({ actor, conversation, limit: 2 })
    const message = messages.find(({ role }) => role === 'assistant')!.id
    const remove = () => parley.history.deleteMessage({ actor, conversation, message })
    await expect(remove()).rejects.toMatchObject({ code: 'reply.held' })
    await parley.history.stopReply({ actor, conversation, message })
    expect(await remove()).toHaveProperty('seq')
  })

  it('lets its author and an owner delete it, and leaves no text behind', async () => {
    const { at, author, owner, others, read, conversation, id } = await written(2)
    await parley.history.reactToMessage({ ...at(owner), emoji: '👍', on: true })
    await expect(parley.history.deleteMessage(at(others[1]!))).rejects.toMatchObject({ code: 'access.forbidden' })
    const { seq } = await parley.history.deleteMessage(at(owner))
    expect(await read()).toMatchObject({ content: '', deletedAt: expect.any(String), reactions: [] })
    expect(await parley.history.deleteMessage(at(author))).toEqual({ seq })
    await expect(parley.history.editMessage({ ...at(author), content: 'back' })).rejects.toMatchObject({
      code: 'message.not_found',
    })
    await expect(
      parley.history.deleteMessage({ actor: owner, conversation, message: newId() }),
      'a message that never was',
    ).rejects.toMatchObject({ code: 'message.not_found' })
    expect(id).toBe((await read()).id)
  })

  it('keeps each person’s reaction once, in the order of the first', async () => {
    const { at, author, owner, read } = await written()
    await parley.history.reactToMessage({ ...at(owner), emoji: '🎉', on: true })
    await parley.history.reactToMessage({ ...at(author), emoji: '👍', on: true })
    await parley.history.reactToMessage({ ...at(author), emoji: '🎉', on: true })
    await parley.history.reactToMessage({ ...at(author), emoji: '🎉', on: true })
    expect((await read()).reactions).toEqual([
      { emoji: '🎉', users: [owner, author] },
      { emoji: '👍', users: [author] },
    ])
    await parley.history.reactToMessage({ ...at(owner), emoji: '🎉', on: false })
    expect((await read()).reactions).toContainEqual({ emoji: '🎉', users: [author] })
  })

  it('bounds the different reactions of a message', async () => {
    const { at, owner } = await written()
    const react = (n: number) => parley.history.reactToMessage({ ...at(owner), emoji: `e${n}`, on: true })
    for (let n = 0; n < limits.reactionsPerMessage; n += 1) await react(n)
    await expect(react(99)).rejects.toMatchObject({ code: 'message.too_many_reactions' })
  })
})
