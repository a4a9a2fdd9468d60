import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

const inAMinute = () => new Date(Date.now() + 60_000).toISOString()
const aMinuteAgo = () => new Date(Date.now() - 60_000).toISOString()

async function account() {
  const id = await parley.person()
  return { id, email: `${id}@example.org` }
}

async function link(purpose: 'verify' | 'reset', email: string, expiresAt = inAMinute()) {
  const tokenHash = newId()
  await parley.history.createLink({ purpose, email, tokenHash, expiresAt })
  return tokenHash
}

async function signIn(user: string) {
  const id = newId()
  await parley.history.startSession({ id, user, secretHash: 'one', userAgent: 'test', expiresAt: inAMinute() })
  return id
}

describe('a link in a letter', () => {
  it('shows once that an address is its user’s', async () => {
    const { email } = await account()
    const tokenHash = await link('verify', email)
    expect((await parley.history.findCredentials({ email })).user).toMatchObject({ verified: false })
    const both = await Promise.allSettled([1, 2].map(() => parley.history.verifyEmail({ tokenHash })))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await parley.history.findCredentials({ email })).user).toMatchObject({ verified: true })
  })

  it('lets in once who forgot the password, and puts everybody else out', async () => {
    const { id, email } = await account()
    const session = await signIn(id)
    const [first, second] = [await link('reset', email), await link('reset', email)]
    const told = await parley.listen(parley.topics.user(id))
    await parley.history.resetPassword({ tokenHash: first, passwordHash: 'another' })
    const refused = { code: 'auth.link_invalid' }
    await expect(parley.history.resetPassword({ tokenHash: first, passwordHash: 'x' })).rejects.toMatchObject(refused)
    await expect(parley.history.resetPassword({ tokenHash: second, passwordHash: 'x' })).rejects.toMatchObject(refused)
    expect(await parley.history.findCredentials({ email })).toMatchObject({ passwordHash: 'another' })
    await expect(parley.history.checkSession({ session })).rejects.toMatchObject({ code: 'auth.session_ended' })
    expect(told.items).toEqual([{ type: 'signed-out', session }])
  })

  it('is for one purpose, for a while, and for somebody who is there', async () => {
    const { id, email } = await account()
    const refused = { code: 'auth.link_invalid' }
    const verify = await link('verify', email)
    await expect(parley.history.resetPassword({ tokenHash: verify, passwordHash: 'x' })).rejects.toMatchObject(refused)
    const over = await link('reset', email, aMinuteAgo())
    await expect(parley.history.resetPassword({ tokenHash: over, passwordHash: 'x' })).rejects.toMatchObject(refused)
    const wanted = { purpose: 'reset' as const, tokenHash: newId(), expiresAt: inAMinute() }
    expect(await parley.history.createLink({ ...wanted, email: 'nobody@example.org' })).toEqual({})
    const before = await link('reset', email)
    await parley.history.changePassword({ actor: id, session: await signIn(id), passwordHash: 'new' })
    await expect(parley.history.resetPassword({ tokenHash: before, passwordHash: 'x' })).rejects.toMatchObject(refused)
  })
})

describe('a passkey', () => {
  const passkey = (actor: string) => ({
    actor,
    id: newId(),
    publicKey: 'key',
    counter: 1,
    transports: ['internal'],
    name: 'Phone',
  })

  it('signs its own user in, and is refused where its counter does not rise', async () => {
    const { id } = await account()
    const made = passkey(id)
    await parley.history.addPasskey(made)
    expect(await parley.history.usePasskey({ passkey: made.id, counter: 2 })).toMatchObject({ id })
    for (const counter of [2, 1, 0]) {
      await expect(parley.history.usePasskey({ passkey: made.id, counter })).rejects.toMatchObject({
        code: 'auth.passkey_refused',
      })
    }
    const uncounted = { ...passkey(id), counter: 0 }
    await parley.history.addPasskey(uncounted)
    for (let n = 0; n < 2; n += 1) {
      expect(await parley.history.usePasskey({ passkey: uncounted.id, counter: 0 })).toMatchObject({ id })
    }
  })

  it('of another is neither seen nor removed, nor taken over', async () => {
    const [ada, grace] = [await account(), await account()]
    const made = passkey(ada.id)
    await parley.history.addPasskey(made)
    await parley.history.addPasskey({ ...made, actor: grace.id, publicKey: 'hers' })
    expect((await parley.history.findPasskey({ passkey: made.id })).passkey).toMatchObject({ user: ada.id })
    expect(await parley.history.listPasskeys({ actor: grace.id })).toEqual({ passkeys: [] })
    await expect(parley.history.removePasskey({ actor: grace.id, passkey: made.id })).rejects.toMatchObject({
      code: 'passkey.not_found',
    })
    await parley.history.removePasskey({ actor: ada.id, passkey: made.id })
    expect(await parley.history.findPasskey({ passkey: made.id })).toEqual({})
  })
})

describe('an identity of a provider', () => {
  const told = (more: object = {}) => ({
    issuer: 'https://accounts.example.org',
    subject: newId(),
    name: 'Ada',
    newId: newId(),
    emailVerified: true,
    ...more,
  })

  it('makes an account at first, and is found again, also when the address has changed', async () => {
    const identity = told({ email: `${newId()}@example.org` })
    const [one, other] = await Promise.allSettled(
      [1, 2].map(() => parley.history.useIdentity({ ...identity, newId: newId() })),
    )
    const first = [one, other].find((each) => each?.status === 'fulfilled')
    const user = await parley.history.useIdentity({ ...identity, email: 'other@example.org', newId: newId() })
    expect(first).toMatchObject({ value: { id: user.id, verified: true } })
  })

  it('is given no account of another whose address is not shown to be theirs, on both sides', async () => {
    const { id, email } = await account()
    const refused = { code: 'auth.email_taken' }
    await expect(parley.history.useIdentity(told({ email }))).rejects.toMatchObject(refused)
    await parley.history.verifyEmail({ tokenHash: await link('verify', email) })
    await expect(parley.history.useIdentity(told({ email, emailVerified: false }))).rejects.toMatchObject(refused)
    expect(await parley.history.useIdentity(told({ email }))).toMatchObject({ id })
  })

  it('is added to an account by its user, and not to a second one', async () => {
    const [ada, grace] = [await account(), await account()]
    const identity = told()
    expect(await parley.history.useIdentity({ ...identity, actor: ada.id })).toMatchObject({ id: ada.id })
    expect(await parley.history.useIdentity(identity)).toMatchObject({ id: ada.id })
    await expect(parley.history.useIdentity({ ...identity, actor: grace.id })).rejects.toMatchObject({
      code: 'auth.email_taken',
    })
  })

  it('leaves a way in where it is the only one', async () => {
    const user = await parley.history.useIdentity(told({ email: `${newId()}@example.org` }))
    const { email } = user
    expect(await parley.history.findCredentials({ email })).toEqual({ user })
    const passkey = { actor: user.id, id: newId(), publicKey: 'key', counter: 0, transports: [], name: 'Phone' }
    await parley.history.addPasskey(passkey)
    await parley.history.removePasskey({ actor: user.id, passkey: passkey.id })
  })
})

describe('a guest', () => {
  async function invite(guests: boolean, more: object = {}) {
    const { id, owner } = await parley.conversation()
    const tokenHash = newId()
    const what = { actor: owner, conversation: id, role: 'member' as const, tokenHash, expiresAt: inAMinute() }
    await parley.history.createInvite({ ...what, guests, ...more })
    return { id, owner, tokenHash }
  }

  it('comes by a link for guests, takes part, and does no more', async () => {
    const { id, tokenHash } = await invite(true)
    const { user, conversation } = await parley.history.createGuest({ id: newId(), name: 'Gus', tokenHash })
    expect({ user, conversation }).toMatchObject({ user: { name: 'Gus', email: '', guest: true }, conversation: id })
    const said = { id: newId(), conversation: id, author: user.id, content: 'Hello' }
    expect((await parley.history.appendMessages({ messages: [said] })).results).toMatchObject([
      { seq: expect.any(Number) },
    ])
    const refused = { code: 'guest.forbidden' }
    const at = { actor: user.id, conversation: id }
    const link = { ...at, role: 'member' as const, tokenHash: newId(), expiresAt: inAMinute() }
    await expect(parley.history.createConversation({ actor: user.id, id: newId() })).rejects.toMatchObject(refused)
    await expect(parley.history.createInvite(link)).rejects.toMatchObject(refused)
    await expect(parley.history.createShare({ ...at, id: newId(), tokenHash: newId() })).rejects.toMatchObject(refused)
    await expect(
      parley.history.createToken({
        actor: user.id,
        id: newId(),
        secretHash: 'x',
        name: 'x',
        scopes: ['read'],
        expiresAt: inAMinute(),
      }),
    ).rejects.toMatchObject(refused)
  })

  it('does not come by another link, nor by one that is used up', async () => {
    const refused = { code: 'invite.not_found' }
    const { tokenHash } = await invite(false)
    await expect(parley.history.createGuest({ id: newId(), name: 'Gus', tokenHash })).rejects.toMatchObject(refused)
    const once = await invite(true, { maxUses: 1 })
    const came = await Promise.allSettled(
      [1, 2, 3].map(() => parley.history.createGuest({ id: newId(), name: 'Gus', tokenHash: once.tokenHash })),
    )
    expect(came.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('becomes an account, and stays who they are', async () => {
    const { tokenHash } = await invite(true)
    const { user } = await parley.history.createGuest({ id: newId(), name: 'Gus', tokenHash })
    const taken = await account()
    const wanted = { actor: user.id, passwordHash: 'hash' }
    await expect(parley.history.makeAccount({ ...wanted, email: taken.email })).rejects.toMatchObject({
      code: 'auth.email_taken',
    })
    const email = `${newId()}@example.org`
    const made = await parley.history.makeAccount({ ...wanted, email: email.toUpperCase() })
    expect(made).toEqual({ id: user.id, name: 'Gus', email, verified: false })
    await parley.history.createConversation({ actor: user.id, id: newId() })
  })
})

describe('a token for scripts', () => {
  it('is a session that is no session: it cannot be renewed, is not in their list, and ends with all of them', async () => {
    const { id } = await account()
    const token = { id: newId(), actor: id, secretHash: 'secret', name: 'Bot', scopes: ['read' as const] }
    await parley.history.createToken({ ...token, expiresAt: inAMinute() })
    expect(await parley.history.checkToken({ token: token.id, secretHash: 'secret' })).toMatchObject({
      user: { id },
      scopes: ['read'],
    })
    const refused = { code: 'auth.required' }
    await expect(parley.history.checkToken({ token: token.id, secretHash: 'x' })).rejects.toMatchObject(refused)
    const renewal = { session: token.id, secretHash: 'secret', nextSecretHash: 'next', expiresAt: inAMinute() }
    await expect(parley.history.rotateSession({ ...renewal, isIssued: false })).rejects.toThrow()
    expect((await parley.history.listSessions({ actor: id })).sessions).toEqual([])
    expect((await parley.history.listTokens({ actor: id })).tokens).toMatchObject([{ id: token.id, name: 'Bot' }])
    await parley.history.endAllSessions({ actor: id })
    await expect(parley.history.checkToken({ token: token.id, secretHash: 'secret' })).rejects.toMatchObject(refused)
  })

  it('of another is not ended', async () => {
    const [ada, grace] = [await account(), await account()]
    const token = { id: newId(), actor: ada.id, secretHash: 's', name: 'Bot', scopes: ['write' as const] }
    await parley.history.createToken({ ...token, expiresAt: inAMinute() })
    await expect(parley.history.endToken({ actor: grace.id, token: token.id })).rejects.toMatchObject({
      code: 'token.not_found',
    })
    const told = await parley.listen(parley.topics.user(ada.id))
    await parley.history.endToken({ actor: ada.id, token: token.id })
    expect(told.items).toEqual([{ type: 'signed-out', session: token.id }])
  })
})

it('new conversations begin with the assistant that their owner has set up, and speak when the request says', async () => {
  const owner = await parley.person()
  const assistant = { handle: 'pirate', name: 'Pirate', mode: 'mention' as const, instructions: 'Talk like one' }
  await parley.history.setOwnAssistant({ actor: owner, assistant })
  const made = async (more: object = {}) => {
    const id = newId()
    await parley.history.createConversation({ actor: owner, id, ...more })
    return (await parley.history.getConversation({ actor: owner, conversation: id })).conversation.assistants
  }
  expect(await made()).toMatchObject([assistant])
  expect(await made({ assistant: 'off' })).toMatchObject([{ ...assistant, mode: 'off' }])
  await parley.history.setOwnAssistant({ actor: owner, assistant: null })
  expect(await made()).toMatchObject([{ handle: 'assistant', mode: 'auto' }])
})

it('all that is kept about somebody is theirs to read, without secrets', async () => {
  const { id, owner, members } = await parley.conversation({ members: 1 })
  await signIn(owner)
  await parley.history.appendMessages({
    messages: [
      { id: newId(), conversation: id, author: owner, content: 'What I said' },
      { id: newId(), conversation: id, author: members[0]!, content: 'What another said' },
    ],
  })
  const { kept } = await parley.history.exportUser({ actor: owner })
  expect(kept).toMatchObject({
    account: [{ email: `${owner}@example.org` }],
    sessions: [{ user_agent: 'test' }],
    memberships: [{ conversation_id: id, role: 'owner' }],
    audit: expect.arrayContaining([expect.objectContaining({ action: 'account.created' })]),
  })
  expect(JSON.stringify(kept)).not.toMatch(/hash|secret/)
  const { messages, next } = await parley.history.exportMessages({ actor: owner })
  expect({ contents: messages.map(({ content }) => content), next }).toEqual({
    contents: ['What I said'],
    next: undefined,
  })
})
