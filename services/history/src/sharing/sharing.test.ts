import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

async function write(conversation: string, author: string, content: string, instead?: string) {
  const id = newId()
  await parley.history.appendMessages({
    messages: [{ id, conversation, author, content, ...(instead && { instead }) }],
  })
  return id
}

async function share(actor: string, conversation: string, message?: string) {
  const [id, tokenHash] = [newId(), newId()]
  await parley.history.createShare({ actor, conversation, id, tokenHash, ...(message && { message }) })
  return { id, read: (before?: string) => parley.history.readShare({ tokenHash, ...(before && { before }) }) }
}

const contents = ({ messages }: { messages: { content: string }[] }) => messages.map(({ content }) => content)

describe('a public link', () => {
  it('shows the conversation up to a message, with names and nothing else of its people', async () => {
    const { id, owner } = await parley.conversation()
    await write(id, owner, 'one')
    const two = await write(id, owner, 'two')
    await write(id, owner, 'three')
    const { read } = await share(owner, id, two)
    const page = await read()
    expect(contents(page)).toEqual(['one', 'two'])
    expect(page.messages[0]).toMatchObject({ author: 'Ada', role: 'user' })
    expect(JSON.stringify(page)).not.toContain(owner)
    expect(JSON.stringify(page)).not.toContain('@')
  })

  it('shows no text of what was deleted since, and goes on page by page', async () => {
    const { id, owner } = await parley.conversation()
    const ids: string[] = []
    for (let n = 0; n < 230; n += 1) ids.push(await write(id, owner, `line ${n}`))
    const { read } = await share(owner, id)
    await parley.history.deleteMessage({ actor: owner, conversation: id, message: ids[229]! })
    const pages = [await read()]
    expect(pages[0]!.messages.at(-1)).toMatchObject({ content: '', deletedAt: expect.any(String) })
    for (let next = pages[0]!.next; next; next = pages[0]!.next) pages.unshift(await read(next))
    expect(pages.flatMap(contents)).toEqual(ids.map((_, n) => (n === 229 ? '' : `line ${n}`)))
  })

  it('shows the branch that was shared, and opens no way to another or to what came after', async () => {
    const { id, owner } = await parley.conversation()
    await write(id, owner, 'question')
    const first = await write(id, owner, 'an answer')
    const { read } = await share(owner, id)
    const other = await write(id, owner, 'another answer', first)
    expect(contents(await read())).toEqual(['question', 'an answer'])
    await expect(read(other)).rejects.toMatchObject({ code: 'conversation.not_found' })
    const stranger = await parley.conversation()
    const secret = await write(stranger.id, stranger.owner, 'secret')
    expect(contents(await read(secret))).toEqual([])
  })

  it('is taken back by who made it or an owner, and opens nothing then, nor when the conversation is gone', async () => {
    const { id, owner, members } = await parley.conversation({ members: 2 })
    const [grace, joan] = members as [string, string]
    await write(id, owner, 'hello')
    const hers = await share(grace, id)
    const at = { conversation: id, share: hers.id }
    await expect(parley.history.deleteShare({ ...at, actor: joan })).rejects.toMatchObject({ code: 'access.forbidden' })
    expect((await parley.history.listShares({ actor: joan, conversation: id })).shares).toMatchObject([
      { by: 'Member 1' },
    ])
    await parley.history.deleteShare({ ...at, actor: owner })
    await expect(hers.read()).rejects.toMatchObject({ code: 'share.not_found' })
    const again = await share(owner, id)
    await parley.history.deleteConversation({ actor: owner, conversation: id })
    await expect(again.read()).rejects.toMatchObject({ code: 'share.not_found' })
  })

  it('is made by those who may invite, to a message of theirs', async () => {
    const { id, owner } = await parley.conversation()
    const viewer = await parley.person()
    await parley.join(owner, id, viewer, 'viewer')
    await expect(share(owner, id)).rejects.toMatchObject({ code: 'message.not_found' })
    const message = await write(id, owner, 'hello')
    await expect(share(viewer, id)).rejects.toMatchObject({ code: 'access.forbidden' })
    await expect(share(await parley.person(), id)).rejects.toMatchObject({ code: 'conversation.not_found' })
    const stranger = await parley.conversation()
    await expect(share(stranger.owner, stranger.id, message)).rejects.toMatchObject({ code: 'message.not_found' })
  })
})

describe('what was said elsewhere', () => {
  const said = (n: number, role: 'user' | 'assistant', content: string) => ({
    id: newId(),
    role,
    content,
    createdAt: `2024-05-01T10:00:0${n}.000Z`,
  })

  it('comes in with its times and roles, once however often it is sent, and asks nobody to answer', async () => {
    const { id, owner } = await parley.conversation({ assistant: 'always' })
    const at = { actor: owner, conversation: id }
    const messages = [said(0, 'user', 'Why?'), { ...said(1, 'assistant', 'Because.'), model: 'gpt-4' }]
    const changes = await parley.listen(parley.topics.changes(id))
    await parley.history.importMessages({ ...at, messages })
    await parley.history.importMessages({ ...at, messages: [...messages, said(2, 'user', 'I see.')] })
    const page = await parley.history.pageMessages({ ...at, limit: 10 })
    expect(page.messages).toMatchObject([
      { seq: 2, role: 'user', author: owner, content: 'Why?', createdAt: '2024-05-01T10:00:00.000Z' },
      {
        seq: 3,
        role: 'assistant',
        content: 'Because.',
        parent: messages[0]!.id,
        reply: { status: 'complete' },
        model: 'gpt-4',
      },
      { seq: 4, role: 'user', content: 'I see.', parent: messages[1]!.id },
    ])
    const { conversations } = await parley.history.listConversations({ actor: owner, limit: 10 })
    expect(conversations).toMatchObject([
      { head: 4, lastReadSeq: 4, preview: 'I see.', activeAt: '2024-05-01T10:00:02.000000Z' },
    ])
    await changes.until('all of it to be told', (frame) => frame.type === 'change' && frame.change.seq === 4)
  })

  it('comes in where one is alone, and from now at the latest', async () => {
    const { id, owner, members } = await parley.conversation({ members: 1 })
    const messages = [said(0, 'user', 'Why?')]
    for (const actor of [owner, members[0]!]) {
      await expect(parley.history.importMessages({ actor, conversation: id, messages })).rejects.toMatchObject({
        code: 'import.not_alone',
      })
    }
    const alone = await parley.conversation()
    const at = { actor: alone.owner, conversation: alone.id }
    const future = { ...messages[0]!, createdAt: '9999-01-01T00:00:00.000Z' }
    await parley.history.importMessages({ ...at, messages: [future] })
    const [message] = (await parley.history.pageMessages({ ...at, limit: 1 })).messages
    expect(Date.parse(message!.createdAt)).toBeLessThanOrEqual(Date.now())
    const nonsense = [{ ...said(0, 'user', 'x'), createdAt: '2024-13-45T99:99:99Z' }]
    await expect(parley.history.importMessages({ ...at, messages: nonsense })).rejects.toMatchObject({
      code: 'request.invalid',
    })
  })
})
