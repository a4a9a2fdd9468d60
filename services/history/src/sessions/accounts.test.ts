import { newId } from '@parley/protocol'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'
import { createHistory } from '../service.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

async function signIn(user: string, userAgent = 'a browser') {
  const id = newId()
  const expiresAt = new Date(Date.now() + 60_000).toISOString()
  await parley.history.startSession({ id, user, secretHash: newId(), userAgent, expiresAt })
  return id
}

async function query(statement: string, values: unknown[] = []) {
  const database = new pg.Client(parley.options.databaseUrl)
  await database.connect()
  const { rows } = await database.query(statement, values)
  await database.end()
  return rows
}

const write = (conversation: string, author: string, content: string) =>
  parley.history.appendMessages({ messages: [{ id: newId(), conversation, author, content }] })

describe('an account', () => {
  it('is renamed, and its conversations show the new name', async () => {
    const { id, owner } = await parley.conversation()
    expect(await parley.history.renameUser({ actor: owner, name: 'Countess' })).toMatchObject({ name: 'Countess' })
    const { members } = await parley.history.getConversation({ actor: owner, conversation: id })
    expect(members).toMatchObject([{ name: 'Countess' }])
  })

  it('is renamed, and whoever it talks with is told, now or when they are back', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    const alone = newId()
    await parley.history.createConversation({ actor: owner, id: alone, assistant: 'off' })
    const at = { actors: members, conversation: id }
    const { head } = await parley.history.changesSince({ ...at, since: 0 })
    const heard = await parley.listen(parley.topics.changes(id))
    const unheard = await parley.listen(parley.topics.changes(alone))
    await parley.history.renameUser({ actor: owner, name: 'Countess' })
    await parley.history.renameUser({ actor: owner, name: 'Countess' })
    const change = {
      kind: 'member',
      seq: head + 1,
      member: { user: owner, name: 'Countess', role: 'owner', left: false },
    }
    await heard.until('the new name', ({ type }) => type === 'change')
    expect(heard.items).toMatchObject([{ type: 'change', conversation: id, change }])
    expect(unheard.items).toEqual([])
    expect(await parley.history.changesSince({ ...at, since: head })).toMatchObject({ changes: [change] })
  })

  it('lists where it is signed in, and signs out there, but not where others are', async () => {
    const [ada, grace] = [await parley.person(), await parley.person()]
    const sessions = [await signIn(ada, 'a laptop'), await signIn(ada, 'a phone')]
    const hers = await signIn(grace)
    const told = await parley.listen(parley.topics.user(ada))
    expect(
      (await parley.history.listSessions({ actor: ada })).sessions.map(({ userAgent }) => userAgent).sort(),
    ).toEqual(['a laptop', 'a phone'])
    await parley.history.endOwnSession({ actor: ada, session: sessions[1]! })
    await parley.history.endOwnSession({ actor: ada, session: hers })
    expect((await parley.history.listSessions({ actor: ada })).sessions).toMatchObject([{ id: sessions[0] }])
    expect((await parley.history.listSessions({ actor: grace })).sessions).toMatchObject([{ id: hers }])
    expect(told.items).toEqual([{ type: 'signed-out', session: sessions[1] }])
  })

  it('is signed out everywhere else when its password changes', async () => {
    const ada = await parley.person()
    const [here, there] = [await signIn(ada), await signIn(ada)]
    const told = await parley.listen(parley.topics.user(ada))
    await parley.history.changePassword({ actor: ada, session: here, passwordHash: 'another' })
    expect((await parley.history.listSessions({ actor: ada })).sessions).toMatchObject([{ id: here }])
    expect(told.items).toEqual([{ type: 'signed-out', session: there }])
    const email = `${ada}@example.org`
    expect(await parley.history.findCredentials({ email })).toMatchObject({ passwordHash: 'another' })
  })

  it('leaves nothing personal when it is deleted, and what it wrote to others stays', async () => {
    const { id, owner, members } = await parley.conversation({ members: 2 })
    const alone = newId()
    await parley.history.createConversation({ actor: owner, id: alone })
    await write(id, owner, 'I was here')
    await signIn(owner)
    const email = `${owner}@example.org`
    const told = await parley.listen(parley.topics.user(members[0]!))
    await parley.history.deleteUser({ actor: owner })
    await told.until('that it is the owner', (frame) => frame.type === 'joined' && frame.role === 'owner')
    await parley.history.deleteUser({ actor: owner }) // as when the answer was lost

    const [row] = await query('select to_jsonb(u) as row from users u where id = $1', [owner])
    expect(JSON.stringify(row).replaceAll(owner, '')).not.toMatch(/Ada|example\.org/)
    expect(await parley.history.findCredentials({ email })).toEqual({})
    expect(await parley.history.findCredentials({ email: `deleted-${owner}@deleted.invalid` })).toEqual({})
    expect((await parley.history.listSessions({ actor: owner })).sessions).toEqual([])
    await parley.history.createUser({ id: newId(), email, name: 'Ada', passwordHash: 'none' }) // free again

    const at = { actor: members[0]!, conversation: id }
    const { messages } = await parley.history.pageMessages({ ...at, limit: 10 })
    expect(messages).toMatchObject([{ content: 'I was here', author: owner }])
    const detail = await parley.history.getConversation(at)
    expect(detail.members.find(({ user }) => user === owner)).toMatchObject({ name: 'Deleted account', left: true })
    expect(detail.members.find(({ user }) => user === members[0])).toMatchObject({ role: 'owner' })
    expect(detail.conversation.memberCount).toBe(2)
    const [gone] = await query('select deleted_at from conversations where id = $1', [alone])
    expect(gone.deleted_at).toBeInstanceOf(Date)
  })

  it('is deleted to the end by another replica, where one broke off', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    await query('update users set deleted_at = now() where id = $1', [owner])
    const replica = await createHistory(parley.options)
    const at = { actor: members[0]!, conversation: id }
    await expect
      .poll(async () => (await parley.history.getConversation(at)).members.find(({ user }) => user === owner)?.left)
      .toBe(true)
    await replica.close()
  })
})
