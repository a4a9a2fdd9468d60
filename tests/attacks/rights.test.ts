import { newId } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { withTarget } from './suite.ts'
import type { Asking, Target } from './target.ts'

type Who = keyof Target['people']
type Rest = { does: string; ask: (target: Target) => [method: string, path: string, asking?: Asking] }
type Command = { does: string; command: (target: Target) => Record<string, unknown> }

const at = (target: Target, rest = '') => `/api/v1/conversations/${target.conversation}${rest}`

/** All that can be asked of a conversation by REST. */
const requests: Record<string, Rest> = {
  read: { does: 'read it', ask: (target) => ['GET', at(target)] },
  messages: { does: 'read its messages', ask: (target) => ['GET', at(target, '/messages')] },
  invite: { does: 'invite somebody', ask: (target) => ['POST', at(target, '/invites'), { body: { role: 'member' } }] },
  invites: { does: 'list its invite links', ask: (target) => ['GET', at(target, '/invites')] },
  rename: { does: 'rename it', ask: (target) => ['PATCH', at(target), { body: { title: 'Mine' } }] },
  remove: { does: 'delete it', ask: (target) => ['DELETE', at(target)] },
  share: { does: 'share it publicly', ask: (target) => ['POST', at(target, '/shares'), { body: {} }] },
  shares: { does: 'list its public links', ask: (target) => ['GET', at(target, '/shares')] },
  assistant: {
    does: 'add an assistant',
    ask: (target) => [
      'PUT',
      at(target, `/assistants/${newId()}`),
      { body: { name: 'Spy', handle: 'spy', mode: 'always', instructions: 'Tell all' } },
    ],
  },
  import: {
    does: 'put words into it',
    ask: (target) => [
      'POST',
      at(target, '/import'),
      {
        body: {
          messages: [{ id: newId(), role: 'assistant', content: 'forged', createdAt: new Date().toISOString() }],
        },
      },
    ],
  },
  promote: {
    does: 'give a role',
    ask: (target) => ['PATCH', at(target, `/members/${target.people.viewer.id}`), { body: { role: 'owner' } }],
  },
  expel: { does: 'remove a member', ask: (target) => ['DELETE', at(target, `/members/${target.people.owner.id}`)] },
}

/** All that can be ordered of a conversation over a socket. */
const commands: Record<string, Command> = {
  open: { does: 'listens to it', command: ({ conversation }) => ({ type: 'open', conversation, since: 0 }) },
  send: { does: 'writes', command: ({ conversation }) => ({ type: 'send', conversation, content: 'Let me in' }) },
  instead: {
    does: 'writes in the place of another’s message',
    command: ({ conversation, said }) => ({ type: 'send', conversation, content: 'Forged', instead: said.owner }),
  },
  edit: {
    does: 'edits another’s message',
    command: ({ conversation, said }) => ({ type: 'edit', conversation, message: said.owner, content: 'Forged' }),
  },
  delete: {
    does: 'deletes another’s message',
    command: ({ conversation, said }) => ({ type: 'delete', conversation, message: said.owner }),
  },
  react: {
    does: 'reacts',
    command: ({ conversation, said }) => ({ type: 'react', conversation, message: said.owner, emoji: '🎉', on: true }),
  },
  read: { does: 'marks it as read', command: ({ conversation }) => ({ type: 'read', conversation, seq: 1 }) },
  stop: {
    does: 'stops a reply',
    command: ({ conversation, said }) => ({ type: 'stop', conversation, message: said.owner }),
  },
  retry: {
    does: 'begins a reply anew',
    command: ({ conversation, said }) => ({ type: 'retry', conversation, message: said.owner }),
  },
  continue: {
    does: 'goes on with a reply',
    command: ({ conversation, said }) => ({ type: 'continue', conversation, message: said.owner }),
  },
  regenerate: {
    does: 'has a reply written again',
    command: ({ conversation, said }) => ({ type: 'regenerate', conversation, message: said.owner }),
  },
  choose: {
    does: 'chooses a version',
    command: ({ conversation, said }) => ({ type: 'choose', conversation, message: said.owner }),
  },
  typing: { does: 'says that they type', command: ({ conversation }) => ({ type: 'typing', conversation, on: true }) },
}

const target = withTarget()

async function asked(who: Who, { ask }: Rest) {
  const [method, path, asking] = ask(target())
  return target().ask(method, path, { ...asking, token: target().people[who].token })
}

async function ordered(who: Who, { command }: Command) {
  const connection = await target().live(target().people[who])
  const answer = await connection.command(command(target()))
  connection.socket.close()
  return answer
}

/** The conversation as its owner sees it, which no attack may have changed. */
async function seenByOwner(): Promise<string> {
  const { ask, people, conversation } = target()
  const answers = [
    await ask('GET', `/api/v1/conversations/${conversation}`, { token: people.owner.token }),
    await ask('GET', `/api/v1/conversations/${conversation}/messages`, { token: people.owner.token }),
  ]
  return JSON.stringify(answers.map(({ status, body }) => [status, body])).replace(/"lastReadSeq":\d+/g, '')
}

describe('somebody who does not belong to a conversation', () => {
  it.each(Object.values(requests))('cannot $does', async (request) => {
    const before = await seenByOwner()
    const answer = await asked('outsider', request)
    expect(answer).toMatchObject({ status: 404, code: 'conversation.not_found' })
    expect(JSON.stringify(answer.body)).not.toMatch(/heliotrope|Secret/)
    expect(await seenByOwner()).toBe(before)
  })

  it.each(Object.values(commands))('gets a refusal who $does', async (command) => {
    const before = await seenByOwner()
    const answer = await ordered('outsider', command)
    expect(answer).toMatchObject({ type: 'error', code: 'conversation.not_found' })
    expect(await seenByOwner()).toBe(before)
  })

  it('finds nothing of it by search', async () => {
    const { ask, people, conversation } = target()
    const { token } = people.outsider
    expect((await ask('GET', '/api/v1/search?q=heliotrope', { token })).body.messages).toEqual([])
    expect(await ask('GET', `/api/v1/search?q=heliotrope&conversation=${conversation}`, { token })).toMatchObject({
      body: { messages: [] },
    })
  })

  it('cannot sign another one out', async () => {
    const { ask, people } = target()
    await ask('DELETE', `/api/v1/sessions/${people.member.session}`, { token: people.outsider.token })
    expect((await ask('GET', '/api/v1/me', { token: people.member.token })).status).toBe(200)
  })
})

describe('a viewer', () => {
  const { read: _read, messages: _messages, ...forbidden } = requests
  it.each(Object.values(forbidden))('cannot $does', async (request) => {
    const before = await seenByOwner()
    expect(await asked('viewer', request)).toMatchObject({ status: 403, code: 'access.forbidden' })
    expect(await seenByOwner()).toBe(before)
  })

  const { open: _open, read: _mark, typing: _typing, ...writing } = commands
  it.each(Object.values(writing))('gets a refusal who $does', async (command) => {
    const before = await seenByOwner()
    expect(await ordered('viewer', command)).toMatchObject({ type: 'error', code: 'access.forbidden' })
    expect(await seenByOwner()).toBe(before)
  })
})

describe('a member', () => {
  const { remove, promote, expel } = requests
  it.each([remove, promote, expel].map((each) => each!))('cannot $does', async (request) => {
    const before = await seenByOwner()
    expect(await asked('member', request)).toMatchObject({ status: 403, code: 'access.forbidden' })
    expect(await seenByOwner()).toBe(before)
  })

  it.each([commands.edit!, commands.delete!])('gets a refusal who $does', async (command) => {
    expect(await ordered('member', command)).toMatchObject({ type: 'error', code: 'access.forbidden' })
  })

  it.each([
    { kind: 'public', links: 'shares', body: {} },
    { kind: 'invite', links: 'invites', body: { role: 'member' } },
  ])('cannot take back another’s $kind link', async ({ links, body: asked }) => {
    const { ask, people, conversation } = target()
    const all = `/api/v1/conversations/${conversation}/${links}`
    await ask('POST', all, { token: people.owner.token, body: asked })
    const { body } = await ask('GET', all, { token: people.owner.token })
    const [link] = body[links] as { id: string }[]
    const path = `${all}/${link!.id}`
    expect(await ask('DELETE', path, { token: people.member.token })).toMatchObject({ status: 403 })
    expect((await ask('DELETE', path, { token: people.owner.token })).status).toBe(204)
  })
})

describe('whoever was removed', () => {
  it('hears no more, and can do no more, on the sockets that are open', async () => {
    const { ask, people, createConversation, live, signUp } = target()
    const guest = await signUp('Gus')
    const conversation = await createConversation(people.owner, [guest, 'member'])
    const guests = await live(guest)
    await guests.command({ type: 'open', conversation, since: 0 })
    await ask('DELETE', `/api/v1/conversations/${conversation}/members/${guest.id}`, { token: people.owner.token })
    await guests.frames.until('the removal', ({ type }) => type === 'left')
    const owners = await live(people.owner)
    const id = newId()
    await owners.command({ type: 'send', id, conversation, content: 'Now that they are gone' })
    await owners.command({ type: 'ping' })
    expect(await guests.command({ type: 'send', conversation, content: 'Still here?' })).toMatchObject({
      type: 'error',
    })
    expect(JSON.stringify(guests.frames.items)).not.toContain(id)
  })
})
