import { newId } from '@parley/protocol'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'
import { createHistory } from '../service.ts'

let parley: Started
let database: pg.Client
beforeAll(async () => {
  parley = await startHistory()
  database = new pg.Client(parley.options.databaseUrl)
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await parley.stop()
})

const count = async (table: string, where: string) =>
  Number((await database.query(`select count(*) from ${table} where ${where}`)).rows[0].count)

async function said(conversation: string, author: string, content: string): Promise<string> {
  const id = newId()
  await parley.history.appendMessages({ messages: [{ id, conversation, author, content }] })
  return id
}

it('what is older than an installation keeps is forgotten, and nothing else', async () => {
  const [old, young, talk] = [await parley.conversation(), await parley.conversation(), await parley.conversation()]
  for (const { id, owner } of [old, young]) {
    await said(id, owner, 'A word')
    await expect.poll(() => count('message_words', `conversation_id = '${id}'`)).toBe(1) // as after all that time
    await parley.history.deleteConversation({ actor: owner, conversation: id })
  }
  await database.query(`update conversations set deleted_at = now() - interval '31 days' where id = '${old.id}'`)
  const [before, after] = [await said(talk.id, talk.owner, 'Long ago'), await said(talk.id, talk.owner, 'Just now')]
  await database.query(`update messages set created_at = now() - interval '400 days' where id = '${before}'`)
  await database.query(`insert into audit (action, at) values ('sign-in', now() - interval '90 days')`)
  const heard = await parley.listen(parley.topics.changes(talk.id))

  const replica = await createHistory({
    ...parley.options,
    retention: { deletedDays: 30, messageDays: 365, auditDays: 60 },
  })
  await expect.poll(() => count('audit', "at < now() - interval '60 days'"), { timeout: 10_000 }).toBe(0)
  await replica.close()

  expect(await count('conversations', `id = '${old.id}'`)).toBe(0)
  for (const table of ['messages', 'members', 'message_words']) {
    expect(await count(table, `conversation_id = '${old.id}'`), table).toBe(0)
  }
  await parley.history.restoreConversation({ actor: young.owner, conversation: young.id })
  const { messages } = await parley.history.pageMessages({ actor: talk.owner, conversation: talk.id, limit: 10 })
  expect(messages.map(({ id, content, deletedAt }) => [id, content, deletedAt !== null])).toEqual([
    [before, '', true],
    [after, 'Just now', false],
  ])
  await heard.until('the change that all pages see', (frame) => frame.type === 'change')
  expect(await count('audit', "action = 'account.created'")).toBeGreaterThan(0)
})
