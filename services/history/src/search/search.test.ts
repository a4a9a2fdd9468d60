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

async function write(conversation: string, author: string, content: string) {
  const id = newId()
  await parley.history.appendMessages({ messages: [{ id, conversation, author, content }] })
  return id
}

/** What is found, once it is as expected: words are written down a moment after the message. */
async function finds(actor: string, query: string, messages: string[], conversation?: string) {
  const search = () => parley.history.search({ actor, query, limit: 20, ...(conversation && { conversation }) })
  await expect
    .poll(async () => (await search()).messages.map(({ message }) => message), { timeout: 10_000 })
    .toEqual(messages)
  return search()
}

describe('a search', () => {
  it('finds messages by all their words, the newest first, and shows where', async () => {
    const { id, owner } = await parley.conversation()
    const apples = await write(id, owner, 'We could bake a pie of **apples** and pears on Sunday')
    const both = await write(id, owner, 'Pears, or apples?')
    await write(id, owner, 'Plums.')
    const { messages } = await finds(owner, 'pears apples', [both, apples])
    expect(messages[1]).toMatchObject({ conversation: id, seq: 2, author: 'Ada', role: 'user' })
    expect(messages[1]!.excerpt.filter(({ hit }) => hit).map(({ text }) => text)).toEqual(['apples', 'pears'])
    expect(messages[1]!.excerpt.map(({ text }) => text).join('')).toContain('a pie of **apples** and pears')
  })

  it('finds what is begun, without accents, in order, or not', async () => {
    const { id, owner } = await parley.conversation()
    const cafe = await write(id, owner, 'Let us meet at the Café Zentral')
    const zoo = await write(id, owner, 'Let us meet at the zoo')
    await finds(owner, 'cafe zent', [cafe])
    await finds(owner, '"the zoo"', [zoo])
    await finds(owner, '"zoo the"', [])
    await finds(owner, 'meet -zoo', [cafe])
    await finds(owner, 'meet -zoo-the', [zoo, cafe])
    await finds(owner, 'zoo or café', [zoo, cafe])
  })

  it('finds what was edited as it is now, and nothing that was deleted', async () => {
    const { id, owner } = await parley.conversation()
    const at = { actor: owner, conversation: id }
    const edited = await write(id, owner, 'walrus')
    const deleted = await write(id, owner, 'walrus too')
    await finds(owner, 'walrus', [deleted, edited])
    await parley.history.editMessage({ ...at, message: edited, content: 'narwhal' })
    await parley.history.deleteMessage({ ...at, message: deleted })
    await finds(owner, 'walrus', [])
    await finds(owner, 'narwhal', [edited])
  })

  it('looks only where one is a member, and in one conversation if wanted', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    const other = await parley.conversation()
    const here = await write(id, owner, 'the secret is quince')
    const there = await write(other.id, other.owner, 'quince, there')
    await parley.join(other.owner, other.id, owner)
    await finds(owner, 'quince', [there, here])
    await finds(owner, 'quince', [here], id)
    await finds(members[0]!, 'quince', [here])
    await finds(await parley.person(), 'quince', [])
    await parley.history.removeMember({ actor: owner, conversation: id, user: members[0]! })
    await finds(members[0]!, 'quince', [])
  })

  it('finds conversations by their titles, and goes on page by page', async () => {
    const { id, owner } = await parley.conversation()
    await parley.history.changeConversation({ actor: owner, conversation: id, title: 'Marmalade' })
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) ids.unshift(await write(id, owner, `marmalade ${n}`))
    const { conversations } = await finds(owner, 'marma', ids)
    expect(conversations).toEqual([{ id, title: 'Marmalade' }])
    const pages: string[] = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const before = next === '' ? {} : { before: next }
      const page = await parley.history.search({ actor: owner, query: 'marmalade', limit: 2, ...before })
      pages.push(...page.messages.map(({ message }) => message))
      next = page.next
    }
    expect(pages).toEqual(ids)
  })

  it('takes anything as words, and refuses a page that there never was', async () => {
    const owner = await parley.person()
    for (const query of [
      "'",
      '"',
      '!',
      ':*',
      '(a | b) & !c',
      "x':*A",
      '<->',
      '-',
      'a\\',
      '%_',
      '\ud800',
      '\u202e',
      '0',
      ' ',
    ]) {
      expect(await parley.history.search({ actor: owner, query, limit: 5 })).toMatchObject({ messages: [] })
    }
    for (const before of ['x', '2026-01-01', `2026-02-31T00:00:00.000000Z_${owner}`, '2026-01-01T00:00:00.000000Z_x']) {
      const refused = parley.history.search({ actor: owner, query: 'x', limit: 5, before })
      await expect(refused).rejects.toMatchObject({ code: 'request.invalid' })
      await expect(parley.history.listConversations({ actor: owner, limit: 5, before })).rejects.toMatchObject({
        code: 'request.invalid',
      })
    }
  })

  it('finds what was written while no replica wrote words down', async () => {
    const { id, owner } = await parley.conversation()
    const message = await write(id, owner, 'tangerine')
    await finds(owner, 'tangerine', [message])
    const database = new pg.Client(parley.options.databaseUrl)
    await database.connect()
    await database.query('truncate message_words, searched')
    await database.end()
    const replica = await createHistory(parley.options)
    await finds(owner, 'tangerine', [message])
    await replica.close()
  })
})
