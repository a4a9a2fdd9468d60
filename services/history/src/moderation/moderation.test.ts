import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let server: Server
let asked: { content: string }[]
let answer: (content: string) => { status?: number; body: string; location?: string }
const usual = (content: string) => ({
  body: JSON.stringify(content.includes('bad') ? { hold: true, reason: 'bad' } : { hold: false }),
})

beforeAll(async () => {
  asked = []
  answer = usual
  server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    const { content } = JSON.parse(text || '{"content":"nothing"}')
    asked.push({ content })
    const { status = 200, body, location } = answer(content)
    response.writeHead(status, location ? { location } : {}).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  answer = usual
})
afterAll(() => void server.close())

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`

function moderated(failsOpen: boolean): () => Started {
  let parley: Started
  beforeAll(async () => {
    parley = await startHistory({ moderation: { url: url(), failsOpen, privateHosts: [] } })
  })
  afterAll(() => parley.stop())
  return () => parley
}

async function send(parley: Started, conversation: string, author: string, content: string, id = newId()) {
  const { results } = await parley.history.appendMessages({ messages: [{ id, conversation, author, content }] })
  return { id, result: results[0]! }
}

describe('moderation', () => {
  const suite = moderated(false)

  let admin: string
  beforeAll(async () => {
    admin = await suite().person()
    await suite().history.becomeAdministrator({ actor: admin })
  })

  it('holds some of a batch, and the others go on in their order', async () => {
    const { history, conversation } = suite()
    const { id, owner } = await conversation()
    const messages = ['good', 'bad', 'better', 'bad too', 'best'].map((content) => ({
      id: newId(),
      conversation: id,
      author: owner,
      content,
    }))
    const { results } = await history.appendMessages({ messages })
    expect(results.map((result) => ('code' in result ? result.code : 'stored'))).toEqual([
      'stored',
      'message.held',
      'stored',
      'message.held',
      'stored',
    ])
    const page = await history.pageMessages({ actor: owner, conversation: id, limit: 10 })
    expect(page.messages.map(({ content }) => content)).toEqual(['good', 'better', 'best'])
  })

  it('asks once for what it holds, sends it once when it is let, and never when it is not', async () => {
    const { history, conversation } = suite()
    const { id, owner } = await conversation()
    const { id: held } = await send(suite(), id, owner, 'a bad one')
    const before = asked.length
    expect((await send(suite(), id, owner, 'a bad one', held)).result).toMatchObject({ code: 'message.held' })
    expect(asked.length).toBe(before)
    const { id: refused } = await send(suite(), id, owner, 'a bad two')
    await Promise.allSettled([1, 2].map(() => history.closeHeld({ actor: admin, message: held, send: true })))
    await history.closeHeld({ actor: admin, message: refused, send: false })
    const page = await history.pageMessages({ actor: owner, conversation: id, limit: 10 })
    expect(page.messages.map(({ id: each }) => each)).toEqual([held])
    expect((await history.listHeld({ actor: admin })).messages.map(({ id: each }) => each)).not.toContain(refused)
  })

  it('is not passed by with an edit, and keeps nothing of who may not write there', async () => {
    const { history, conversation, person } = suite()
    const { id, owner } = await conversation()
    const { id: message } = await send(suite(), id, owner, 'good')
    const at = { actor: owner, conversation: id, message }
    await expect(history.editMessage({ ...at, content: 'bad after all' })).rejects.toMatchObject({
      code: 'message.held',
    })
    const eve = await person()
    const { result, id: hers } = await send(suite(), id, eve, 'bad from outside')
    expect(result).toMatchObject({ code: 'conversation.not_found' })
    expect((await history.listHeld({ actor: admin })).messages.map(({ id: each }) => each)).not.toContain(hers)
  })

  it.each([
    ['fails', () => ({ status: 500, body: '' })],
    ['says something else', () => ({ body: '{"hold":"perhaps"}' })],
    ['sends on to somewhere else', () => ({ status: 302, body: '', location: `${url()}/elsewhere` })],
  ])('that %s holds everything, where it is to', async (_name, does) => {
    const { id, owner } = await suite().conversation()
    answer = does
    const before = asked.length
    expect((await send(suite(), id, owner, 'good')).result).toMatchObject({ code: 'message.held' })
    expect(asked.length, 'and is asked once, there').toBe(before + 1)
  })
})

describe('moderation that may be away', () => {
  const suite = moderated(true)
  it('lets everything pass meanwhile', async () => {
    const { id, owner } = await suite().conversation()
    answer = () => ({ status: 503, body: '' })
    expect((await send(suite(), id, owner, 'bad')).result).toMatchObject({ seq: expect.any(Number) })
  })
})

describe('blocking', () => {
  const suite = moderated(true)
  it('is told to one’s own devices, and not of oneself or nobody', async () => {
    const { history, person, listen, topics } = suite()
    const [ada, grace] = [await person(), await person('Grace')]
    const told = await listen(topics.user(ada))
    await history.block({ actor: ada, user: grace, on: true })
    await history.block({ actor: ada, user: grace, on: true })
    expect(await history.listBlocked({ actor: ada })).toEqual({ blocked: [{ user: grace, name: 'Grace' }] })
    expect(await history.listBlocked({ actor: grace })).toEqual({ blocked: [] })
    for (const user of [ada, newId()]) {
      await expect(history.block({ actor: ada, user, on: true })).rejects.toMatchObject({ code: 'account.not_found' })
    }
    await history.block({ actor: ada, user: grace, on: false })
    expect(await history.listBlocked({ actor: ada })).toEqual({ blocked: [] })
    expect(told.items.map((frame) => frame.type === 'blocked' && frame.on)).toEqual([true, true, false])
  })
})
