import { limits, newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

const notFound = { code: 'invite.not_found' }

async function invite(actor: string, conversation: string, more: { maxUses?: number; inMs?: number } = {}) {
  const { inMs = 60_000, ...rest } = more
  const tokenHash = newId()
  const expiresAt = new Date(Date.now() + inMs).toISOString()
  await parley.history.createInvite({ actor, conversation, role: 'member', tokenHash, expiresAt, ...rest })
  return tokenHash
}

const listed = async (actor: string, conversation: string) =>
  (await parley.history.listInvites({ actor, conversation })).invites

describe('invite links', () => {
  it('are listed while they work, the newest first, with who made them and how many came', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    await parley.history.acceptInvite({ actor: await parley.person(), tokenHash: await invite(owner, id) })
    const one = await invite(members[0]!, id, { maxUses: 1 })
    await invite(owner, id, { inMs: -1 })
    const [first, ...others] = await listed(owner, id)
    expect(first).toMatchObject({ role: 'member', uses: 0, maxUses: 1, guests: false })
    expect(others[0]).toMatchObject({ by: 'Ada', uses: 1 })
    expect(JSON.stringify([first, ...others])).not.toContain(one)
    await parley.history.acceptInvite({ actor: await parley.person(), tokenHash: one })
    expect(await listed(owner, id)).toEqual(others)
  })

  it('let nobody in any more once they are taken back: by who made them, or by an owner', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    const [member] = members as [string]
    const before = (await listed(owner, id)).length
    const [owners, mine, theirs] = [await invite(owner, id), await invite(member, id), await invite(member, id)]
    const [latest, other, foreign] = (await listed(owner, id)).map((link) => link.id) as [string, string, string]
    const take = (actor: string, link: string) => parley.history.deleteInvite({ actor, conversation: id, invite: link })
    await expect(take(member, foreign)).rejects.toMatchObject({ code: 'access.forbidden' })
    await expect(take(await parley.person(), foreign)).rejects.toMatchObject({ code: 'conversation.not_found' })
    await take(member, other)
    await take(member, other)
    await take(owner, latest)
    expect(await listed(owner, id)).toHaveLength(before + 1)
    const guest = await parley.person()
    for (const tokenHash of [mine, theirs]) {
      await expect(parley.history.acceptInvite({ actor: guest, tokenHash })).rejects.toMatchObject(notFound)
    }
    await parley.history.acceptInvite({ actor: guest, tokenHash: owners })
  })

  it('go with the member who made them and was removed', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    const [member] = members as [string]
    const wayBack = await invite(member, id)
    await parley.history.removeMember({ actor: owner, conversation: id, user: member })
    await expect(parley.history.acceptInvite({ actor: member, tokenHash: wayBack })).rejects.toMatchObject(notFound)
  })

  it(`are ${limits.invites} in a conversation at most; those that expired do not count`, async () => {
    const { id, owner } = await parley.conversation()
    await invite(owner, id, { inMs: -1 })
    for (let n = 0; n < limits.invites; n += 1) await invite(owner, id)
    await expect(invite(owner, id)).rejects.toMatchObject({ code: 'invite.too_many' })
    const [link] = await listed(owner, id)
    await parley.history.deleteInvite({ actor: owner, conversation: id, invite: link!.id })
    await invite(owner, id)
  })
})
