import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

const notFound = { code: 'conversation.not_found' }

describe('conversations are kept', () => {
  const listed = async (actor: string, place?: 'list' | 'pinned' | 'archive') => {
    const { conversations } = await parley.history.listConversations({ actor, limit: 50, ...(place && { place }) })
    return conversations.map(({ id, place }) => [id, place])
  }

  it('where each member puts them, and all of their devices hear of it', async () => {
    const { id: conversation, owner, members } = await parley.conversation({ members: 1 })
    const heard = await parley.listen(parley.topics.user(owner))
    await parley.history.placeConversation({ actor: owner, conversation, place: 'pinned' })
    await heard.until('placed', (frame) => frame.type === 'placed' && frame.place === 'pinned')
    expect(await listed(owner)).toEqual([[conversation, 'pinned']])
    expect(await listed(owner, 'pinned')).toEqual([[conversation, 'pinned']])
    expect(await listed(owner, 'list')).toEqual([])
    await parley.history.placeConversation({ actor: owner, conversation, place: 'archive' })
    expect(await listed(owner)).toEqual([])
    expect(await listed(owner, 'archive')).toEqual([[conversation, 'archive']])
    expect(await listed(members[0]!)).toEqual([[conversation, 'list']])
    const stranger = await parley.person()
    await expect(
      parley.history.placeConversation({ actor: stranger, conversation, place: 'pinned' }),
    ).rejects.toMatchObject(notFound)
  })

  it('in the list again by whoever comes back after leaving', async () => {
    const { id: conversation, owner, members } = await parley.conversation({ members: 1 })
    const guest = members[0]!
    await parley.history.placeConversation({ actor: guest, conversation, place: 'archive' })
    await parley.history.setRole({ actor: owner, conversation, user: guest, role: 'viewer' })
    expect(await listed(guest)).toEqual([])
    await parley.history.removeMember({ actor: guest, conversation, user: guest })
    await parley.join(owner, conversation, guest)
    expect(await listed(guest)).toEqual([[conversation, 'list']])
  })

  it('until an owner deletes them, for all, and come back as they were', async () => {
    const { id: conversation, owner, members } = await parley.conversation({ members: 2 })
    const [stays, left] = members as [string, string]
    const invite = { tokenHash: newId(), expiresAt: new Date(Date.now() + 60_000).toISOString() }
    await parley.history.createInvite({ actor: owner, conversation, role: 'member', ...invite })
    await parley.history.appendMessages({
      messages: [{ id: newId(), conversation, author: owner, content: 'still here?' }],
    })
    await parley.history.removeMember({ actor: left, conversation, user: left })
    const before = await parley.history.getConversation({ actor: stays, conversation })
    const heard = await parley.listen(parley.topics.user(stays))

    await expect(parley.history.deleteConversation({ actor: stays, conversation })).rejects.toMatchObject({
      code: 'access.forbidden',
    })
    await parley.history.deleteConversation({ actor: owner, conversation })
    await parley.history.deleteConversation({ actor: owner, conversation })
    await heard.until('left', (frame) => frame.type === 'left' && frame.conversation === conversation)
    for (const actor of [owner, stays]) {
      await expect(parley.history.getConversation({ actor, conversation })).rejects.toMatchObject(notFound)
      expect(await listed(actor)).toEqual([])
    }
    const late = { id: newId(), conversation, author: owner, content: 'too late' }
    const { results } = await parley.history.appendMessages({ messages: [late] })
    expect(results).toMatchObject([notFound])
    await expect(parley.history.acceptInvite({ actor: left, tokenHash: invite.tokenHash })).rejects.toMatchObject({
      code: 'invite.not_found',
    })

    for (const actor of [stays, left, await parley.person()]) {
      await expect(parley.history.restoreConversation({ actor, conversation })).rejects.toMatchObject(notFound)
    }
    await parley.history.restoreConversation({ actor: owner, conversation })
    await parley.history.restoreConversation({ actor: owner, conversation })
    await heard.until('joined', (frame) => frame.type === 'joined' && frame.conversation === conversation)
    expect(await parley.history.getConversation({ actor: stays, conversation })).toEqual(before)
    expect(await listed(left)).toEqual([])
    const { messages } = await parley.history.pageMessages({ actor: stays, conversation, limit: 10 })
    expect(messages.map(({ content }) => content)).toContain('still here?')
  })
})
