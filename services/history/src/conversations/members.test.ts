import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

describe('members', () => {
  it('come in by an invite, once, and their lists hear of it', async () => {
    const { id, owner } = await parley.conversation()
    const guest = await parley.person('Grace')
    const heard = await parley.listen(parley.topics.user(guest))
    await parley.join(owner, id, guest)
    await parley.join(owner, id, guest)
    await heard.until(
      'joined',
      (frame) => frame.type === 'joined' && frame.conversation === id && frame.role === 'member',
    )
    const { conversation, members } = await parley.history.getConversation({ actor: guest, conversation: id })
    expect(conversation.memberCount).toBe(2)
    expect(members.map(({ name }) => name)).toEqual(['Ada', 'Grace'])
  })

  it('cannot come in by an invite that is unknown or has expired', async () => {
    const { id, owner } = await parley.conversation()
    const guest = await parley.person()
    const invite = { tokenHash: newId(), expiresAt: new Date(Date.now() - 1).toISOString() }
    await parley.history.createInvite({ actor: owner, conversation: id, role: 'member', ...invite })
    for (const tokenHash of [invite.tokenHash, 'unknown']) {
      await expect(parley.history.acceptInvite({ actor: guest, tokenHash })).rejects.toMatchObject({
        code: 'invite.not_found',
      })
      await expect(parley.history.previewInvite({ tokenHash })).rejects.toMatchObject({ code: 'invite.not_found' })
    }
  })

  it('join by a link for two until two have, however many come at once, and come back by it', async () => {
    const { id, owner } = await parley.conversation()
    const guests = await Promise.all(Array.from({ length: 5 }, () => parley.person()))
    const invite = { tokenHash: newId(), expiresAt: new Date(Date.now() + 60_000).toISOString(), maxUses: 2 }
    await parley.history.createInvite({ actor: owner, conversation: id, role: 'member', ...invite })
    const { tokenHash } = invite
    const joined = await Promise.allSettled(guests.map((actor) => parley.history.acceptInvite({ actor, tokenHash })))
    const inside = guests.filter((_guest, at) => joined[at]?.status === 'fulfilled')
    expect(inside).toHaveLength(2)
    const { members } = await parley.history.getConversation({ actor: owner, conversation: id })
    expect(members.map(({ user }) => user).sort()).toEqual([owner, ...inside].sort())
    await expect(parley.history.previewInvite({ tokenHash })).rejects.toMatchObject({ code: 'invite.not_found' })
    expect(await parley.history.acceptInvite({ actor: inside[0]!, tokenHash })).toEqual({ conversation: id })
  })

  it('are given roles and removed by owners only; everybody may leave', async () => {
    const { id: conversation, owner, members } = await parley.conversation({ members: 2 })
    const [first, second] = members as [string, string]
    const refused = { code: 'access.forbidden' }
    await expect(
      parley.history.setRole({ actor: first, conversation, user: first, role: 'owner' }),
    ).rejects.toMatchObject(refused)
    await expect(parley.history.removeMember({ actor: first, conversation, user: second })).rejects.toMatchObject(
      refused,
    )
    const heard = await parley.listen(parley.topics.user(first))
    await parley.history.removeMember({ actor: owner, conversation, user: first })
    await heard.until('left', (frame) => frame.type === 'left' && frame.conversation === conversation)
    await expect(parley.history.getConversation({ actor: first, conversation })).rejects.toMatchObject({
      code: 'conversation.not_found',
    })
    await parley.history.removeMember({ actor: second, conversation, user: second })
    const { members: left } = await parley.history.getConversation({ actor: owner, conversation })
    expect(left.map(({ left }) => left)).toEqual([false, true, true])
  })

  it('always have an owner among them', async () => {
    const { id: conversation, owner, members } = await parley.conversation({ members: 1 })
    const alone = { code: 'member.last_owner' }
    await expect(parley.history.removeMember({ actor: owner, conversation, user: owner })).rejects.toMatchObject(alone)
    await expect(
      parley.history.setRole({ actor: owner, conversation, user: owner, role: 'viewer' }),
    ).rejects.toMatchObject(alone)
    await parley.history.setRole({ actor: owner, conversation, user: members[0]!, role: 'owner' })
    await parley.history.removeMember({ actor: owner, conversation, user: owner })
    const { members: left } = await parley.history.getConversation({ actor: members[0]!, conversation })
    expect(left.filter(({ left }) => !left)).toMatchObject([{ user: members[0], role: 'owner' }])
  })

  it('see their conversations most recently active first, page by page', async () => {
    const owner = await parley.person()
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) {
      const id = newId()
      ids.push(id)
      await parley.history.createConversation({ actor: owner, id, title: `No ${n}` })
      await parley.history.createConversation({ actor: owner, id, title: 'a repeat' })
    }
    await parley.history.appendMessages({
      messages: [{ id: newId(), conversation: ids[0]!, author: owner, content: 'wakes it up' }],
    })
    const first = await parley.history.listConversations({ actor: owner, limit: 3 })
    const second = await parley.history.listConversations({ actor: owner, limit: 3, before: first.next! })
    expect([...first.conversations, ...second.conversations].map(({ title }) => title)).toEqual([
      'No 0',
      'No 4',
      'No 3',
      'No 2',
      'No 1',
    ])
    expect(first.conversations[0]).toMatchObject({ preview: 'wakes it up', role: 'owner', memberCount: 1 })
    expect(second.next).toBeUndefined()
  })

  it('cannot take over a conversation by making one with its id', async () => {
    const { id } = await parley.conversation()
    const stranger = await parley.person()
    await expect(parley.history.createConversation({ actor: stranger, id })).rejects.toMatchObject({
      code: 'conversation.not_found',
    })
  })
})
