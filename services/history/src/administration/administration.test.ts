import { newId } from '@parley/protocol'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
let admin: string
beforeAll(async () => {
  parley = await startHistory()
  const people = await Promise.all([1, 2, 3].map(() => parley.person()))
  const came = await Promise.allSettled(people.map((actor) => parley.history.becomeAdministrator({ actor })))
  const first = came.findIndex(({ status }) => status === 'fulfilled')
  expect(came.filter(({ status }) => status === 'rejected')).toHaveLength(2)
  admin = people[first]!
})
afterAll(() => parley.stop())

const inAMinute = () => new Date(Date.now() + 60_000).toISOString()
const forbidden = { code: 'access.forbidden' }
const change = (user: string, patch: object, actor = admin) => parley.history.changeAccount({ actor, user, patch })

async function query(statement: string) {
  const database = new pg.Client(parley.options.databaseUrl)
  await database.connect()
  try {
    return (await database.query(statement)).rows
  } finally {
    await database.end()
  }
}

describe('administering', () => {
  it('is for administrators only, also for who was one a moment ago', async () => {
    const somebody = await parley.person()
    const calls = (actor: string) => [
      () => parley.history.listAccounts({ actor, limit: 10 }),
      () => parley.history.changeAccount({ actor, user: somebody, patch: { admin: true } }),
      () => parley.history.readInstallation({ actor }),
      () => parley.history.changeInstallation({ actor, installation: { signUps: 'closed', models: null } }),
      () => parley.history.readAudit({ actor, limit: 10 }),
      () => parley.history.listReports({ actor }),
      () => parley.history.closeReport({ actor, report: newId(), remove: true }),
      () => parley.history.listHeld({ actor }),
      () => parley.history.closeHeld({ actor, message: newId(), send: true }),
    ]
    for (const call of calls(somebody)) await expect(call()).rejects.toMatchObject(forbidden)
    const former = await parley.person()
    await change(former, { admin: true })
    await parley.history.listAccounts({ actor: former, limit: 1 })
    await change(former, { admin: false })
    for (const call of calls(former)) await expect(call()).rejects.toMatchObject(forbidden)
  })

  it('is left to somebody: of two who step down at once, one stays', async () => {
    const other = await parley.person()
    await change(other, { admin: true })
    const down = await Promise.allSettled([
      change(admin, { admin: false }, other),
      change(other, { admin: false }, admin),
    ])
    expect(down.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const stays = down[0]?.status === 'fulfilled' ? other : admin
    for (const patch of [{ admin: false }, { suspended: true }]) {
      await expect(change(stays, patch, stays)).rejects.toMatchObject({ code: 'account.last_administrator' })
    }
    await expect(parley.history.deleteUser({ actor: stays })).rejects.toMatchObject({
      code: 'account.last_administrator',
    })
    await change(stays === admin ? other : admin, { admin: true }, stays)
  })

  it('finds accounts page by page, by name and by address, whatever is in the words', async () => {
    const names = ['100% sure', 'under_score', 'back\\slash']
    for (const name of names) await parley.person(name)
    for (const name of names) {
      const { accounts } = await parley.history.listAccounts({ actor: admin, query: name.slice(-6), limit: 10 })
      expect(accounts.map((account) => account.name)).toEqual([name])
    }
    const all: string[] = []
    for (let before: string | undefined = ''; before !== undefined; ) {
      const page = await parley.history.listAccounts({ actor: admin, limit: 2, ...(before && { before }) })
      all.push(...page.accounts.map(({ id }) => id))
      before = page.next
    }
    const [row] = await query('select count(*)::int as count from users where deleted_at is null')
    expect(new Set(all).size).toBe(row.count)
    expect(all).toHaveLength(row.count)
  })
})

describe('who is suspended', () => {
  it('is out of every session at once, and comes back only when let', async () => {
    const user = await parley.person()
    const session = newId()
    const begin = (id: string) =>
      parley.history.startSession({ id, user, secretHash: 'one', userAgent: 'test', expiresAt: inAMinute() })
    await begin(session)
    const told = await parley.listen(parley.topics.user(user))
    expect(await change(user, { suspended: true })).toMatchObject({ suspended: true })
    expect(told.items).toEqual([{ type: 'signed-out', session }])
    await expect(parley.history.checkSession({ session })).rejects.toMatchObject({ code: 'auth.session_ended' })
    await expect(begin(newId())).rejects.toMatchObject({ code: 'auth.suspended' })
    const email = `${user}@example.org`
    const wanted = { purpose: 'reset' as const, email, tokenHash: newId(), expiresAt: inAMinute() }
    expect(await parley.history.createLink(wanted)).toEqual({})
    await change(user, { suspended: false })
    await begin(newId())
  })
})

describe('an installation', () => {
  const set = (signUps: 'open' | 'invited' | 'closed', models: string[] | null = null) =>
    parley.history.changeInstallation({ actor: admin, installation: { signUps, models } })
  const account = (more: object = {}) => {
    const id = newId()
    return parley.history.createUser({ id, email: `${id}@example.org`, name: 'Ada', passwordHash: 'x', ...more })
  }

  it('is open for everybody, for who is invited, or for nobody', async () => {
    const { id, owner } = await parley.conversation()
    const inviteHash = newId()
    const invite = { actor: owner, conversation: id, role: 'member' as const, tokenHash: inviteHash }
    await parley.history.createInvite({ ...invite, expiresAt: inAMinute() })
    await set('invited')
    await expect(account()).rejects.toMatchObject({ code: 'auth.closed' })
    await expect(account({ inviteHash: newId() })).rejects.toMatchObject({ code: 'auth.closed' })
    await account({ inviteHash })
    await set('closed')
    await expect(account({ inviteHash })).rejects.toMatchObject({ code: 'auth.closed' })
    const identity = { issuer: 'https://a.example', subject: '1', name: 'Ada', newId: newId(), emailVerified: true }
    await expect(parley.history.useIdentity({ ...identity, email: 'a@example.org' })).rejects.toMatchObject({
      code: 'auth.closed',
    })
    const tokenHash = newId()
    await parley.history.createInvite({ ...invite, tokenHash, guests: true, expiresAt: inAMinute() })
    const { user } = await parley.history.createGuest({ id: newId(), name: 'Gus', tokenHash })
    const wanted = { actor: user.id, email: `${user.id}@example.org`, passwordHash: 'x' }
    await expect(parley.history.makeAccount(wanted), 'nor of a guest').rejects.toMatchObject({ code: 'auth.closed' })
    await set('open')
    await parley.history.makeAccount(wanted)
    await account()
  })

  it('says which models may be used', async () => {
    const { id, owner } = await parley.conversation({ assistant: 'always' })
    await set('open', ['small'])
    const { conversation } = await parley.history.getConversation({ actor: owner, conversation: id })
    const [assistant] = conversation.assistants
    const settings = { name: 'A', handle: 'a', mode: 'always' as const, instructions: '' }
    const put = (model: string) =>
      parley.history.putAssistant({
        actor: owner,
        conversation: id,
        assistant: assistant!.id,
        settings: { ...settings, model },
      })
    await expect(put('large')).rejects.toMatchObject({ code: 'model.forbidden' })
    await put('small')
    await parley.history.appendMessages({
      messages: [{ id: newId(), conversation: id, author: owner, content: 'Hello' }],
    })
    const { messages } = await parley.history.pageMessages({ actor: owner, conversation: id, limit: 10 })
    const reply = messages.find(({ role }) => role === 'assistant')!
    await set('open', ['other'])
    const claim = parley.history.claimReply({
      conversation: id,
      message: reply.id,
      models: [{ name: 'small', contextTokens: 1_000 }],
      leaseMs: 1_000,
    })
    await expect(claim).rejects.toThrow()
    const after = await parley.history.pageMessages({ actor: owner, conversation: id, limit: 10 })
    expect(after.messages.find(({ id: each }) => each === reply.id)?.reply).toMatchObject({
      status: 'failed',
      code: 'model.forbidden',
    })
    await set('open')
  })

  it('gives one account another quota than all', async () => {
    const { id, owner } = await parley.conversation({ assistant: 'always' })
    await change(owner, { requestsPerDay: 1 })
    expect((await parley.history.readUsage({ actor: owner })).quota).toMatchObject({ requestsPerDay: 1 })
    for (const content of ['one', 'two']) {
      await parley.history.appendMessages({ messages: [{ id: newId(), conversation: id, author: owner, content }] })
    }
    const { messages } = await parley.history.pageMessages({ actor: owner, conversation: id, limit: 10 })
    expect(messages.filter(({ reply }) => reply).map(({ reply }) => reply)).toMatchObject([
      { status: 'queued' },
      { status: 'failed', code: 'quota.requests' },
    ])
    await change(owner, { requestsPerDay: null })
    expect((await parley.history.readUsage({ actor: owner })).quota).toMatchObject({ requestsPerDay: null })
  })
})

describe('the audit log', () => {
  it('tells who did what, from where, newest first, page by page', async () => {
    const user = await parley.person()
    await parley.history.changeAccount({ actor: admin, user, address: '192.0.2.7', patch: { tokensPerDay: 5 } })
    const first = await parley.history.readAudit({ actor: admin, limit: 1 })
    expect(first.entries).toMatchObject([
      {
        actor: admin,
        name: 'Ada',
        action: 'account.changed',
        target: user,
        address: '192.0.2.7',
        detail: { tokensPerDay: 5 },
      },
    ])
    const second = await parley.history.readAudit({ actor: admin, limit: 1, before: first.next! })
    expect(second.entries[0]!.id).toBeLessThan(first.entries[0]!.id)
  })

  it('is only added to', async () => {
    for (const statement of ['delete from audit', "update audit set action = 'nothing'", 'truncate audit']) {
      await expect(query(statement)).rejects.toThrow('only added to')
    }
  })
})
