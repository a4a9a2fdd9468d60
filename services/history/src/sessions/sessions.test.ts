import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

const expiresAt = () => new Date(Date.now() + 60_000).toISOString()

async function signedIn(user?: string) {
  const session = { id: newId(), user: user ?? (await parley.person()) }
  await parley.history.startSession({ ...session, secretHash: 'one', userAgent: 'test', expiresAt: expiresAt() })
  const rotate = (secretHash: string, nextSecretHash: string, isIssued = true) =>
    parley.history.rotateSession({ session: session.id, secretHash, isIssued, nextSecretHash, expiresAt: expiresAt() })
  return { ...session, rotate }
}

describe('sessions', () => {
  it('exchange their secret at each use', async () => {
    const { user, rotate } = await signedIn()
    expect(await rotate('one', 'two')).toMatchObject({ rotated: true, user: { id: user } })
    expect(await rotate('two', 'three')).toMatchObject({ rotated: true })
  })

  it('end when an old secret is used again, everywhere', async () => {
    const { id, user, rotate } = await signedIn()
    const heard = await parley.listen(parley.topics.user(user))
    await rotate('one', 'two')
    await rotate('two', 'three')
    await expect(rotate('one', 'four')).rejects.toMatchObject({ code: 'auth.session_ended' })
    await expect(rotate('three', 'four')).rejects.toMatchObject({ code: 'auth.session_ended' })
    await heard.until('signed-out', (frame) => frame.type === 'signed-out' && frame.session === id)
    expect(await parley.history.checkHeads({ conversations: [], sessions: [id] })).toMatchObject({ ended: [id] })
  })

  it('stay when somebody guesses a secret that they never had', async () => {
    const { rotate } = await signedIn()
    await expect(rotate('guessed', 'two', false)).rejects.toMatchObject({ code: 'auth.session_ended' })
    expect(await rotate('one', 'two')).toMatchObject({ rotated: true })
  })

  it('let their own user connect, as long as they live', async () => {
    const [own, over, others] = await Promise.all([signedIn(), signedIn(), signedIn()])
    await parley.history.endSession({ session: over.id })
    const sockets = [
      { user: own.user, session: own.id },
      { user: over.user, session: over.id },
      { user: own.user, session: others.id },
      { user: own.user, session: newId() },
    ]
    const { welcomes } = await parley.history.connectUsers({ sockets })
    expect(welcomes).toEqual([{ largeConversations: [] }, null, null, null])
  })

  it('live through two tabs that refresh at the same moment', async () => {
    const { rotate } = await signedIn()
    const answers = await Promise.all([rotate('one', 'two'), rotate('one', 'three')])
    expect(answers.map(({ rotated }) => rotated).sort()).toEqual([false, true])
  })

  it('end here, or all at once', async () => {
    const first = await signedIn()
    const second = await signedIn(first.user)
    await parley.history.endSession({ session: first.id })
    await expect(parley.history.checkSession({ session: first.id })).rejects.toMatchObject({
      code: 'auth.session_ended',
    })
    expect(await parley.history.checkSession({ session: second.id })).toMatchObject({ user: { id: first.user } })
    await parley.history.endAllSessions({ actor: first.user })
    await expect(parley.history.checkSession({ session: second.id })).rejects.toMatchObject({
      code: 'auth.session_ended',
    })
  })

  it('belong to accounts whose email address is theirs alone, in any case', async () => {
    const email = `${newId()}@Example.org`
    const account = { id: newId(), name: 'Ada', email, passwordHash: 'none' }
    await parley.history.createUser(account)
    await parley.history.createUser(account) // a repeat
    await expect(
      parley.history.createUser({ ...account, id: newId(), email: email.toUpperCase() }),
    ).rejects.toMatchObject({ code: 'auth.email_taken' })
    expect((await parley.history.findCredentials({ email: email.toUpperCase() })).user).toMatchObject({
      id: account.id,
    })
  })
})
