import { type Frame, newId } from '@parley/protocol'
import type { StandaloneOptions } from '@parley/standalone'
import { createRecorder } from '@parley/testing'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { startParley } from '../support/parley.ts'

export type Answer = { status: number; code: string | undefined; body: Record<string, unknown>; headers: Headers }
export type Asking = {
  token?: string | undefined
  body?: unknown
  raw?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

/** Somebody with an account, and all that is theirs. */
export type Attacker = { name: string; id: string; token: string; cookie: string; email: string; session: string }

const password = 'correct horse battery'
const servesWithinMs = 5_000

/**
 * A Parley to attack: a conversation of an owner, a member and a viewer, somebody who does not belong to it, and a
 * bystander whom nothing of what happens may touch.
 */
export async function startTarget(options: Partial<StandaloneOptions> = {}) {
  const parley = await startParley({ commandsPerSecond: 100_000, ...options })
  const origin = parley.url

  async function ask(method: string, path: string, { token, body, raw, headers }: Asking = {}): Promise<Answer> {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...((body !== undefined || raw !== undefined) && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(raw !== undefined && { body: raw }),
    })
    const text = await response.text()
    const parsed = /\bjson\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text || '{}') : {}
    return { status: response.status, code: parsed.code, body: parsed, headers: response.headers }
  }

  async function signUp(name: string): Promise<Attacker> {
    const email = `${newId()}@example.org`
    const { status, body, headers } = await ask('POST', '/api/v1/accounts', { body: { email, name, password } })
    expect(status, JSON.stringify(body)).toBe(201)
    const { user, accessToken } = body as { user: { id: string }; accessToken: string }
    const cookie = headers
      .getSetCookie()
      .find((line) => line.startsWith('parley_session='))!
      .split(';')[0]!
    return { name, id: user.id, token: accessToken, cookie, email, session: cookie.split('=')[1]!.split('.')[0]! }
  }

  /** Opens a socket, welcomed unless its ticket or its upgrade is at fault. */
  async function connect(ticket: string, headers: Record<string, string> = {}) {
    const frames = createRecorder<Frame & { id?: string; code?: string }>()
    const closes = createRecorder<{ code: number; status?: number }>()
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws?ticket=${ticket}`, { headers })
    socket.on('message', (data) => frames.push(JSON.parse(String(data))))
    socket.on('close', (code) => closes.push({ code }))
    socket.on('unexpected-response', (_request, response) => closes.push({ code: 0, status: response.statusCode ?? 0 }))
    socket.on('error', () => {})
    return {
      socket,
      frames,
      closes,
      /** Sends a command, and waits for the answer to its id. */
      async command(command: Record<string, unknown>) {
        const id = (command.id as string | undefined) ?? newId()
        socket.send(JSON.stringify({ id, ...command }))
        return frames.until(`an answer to ${command.type}`, (frame) => 'id' in frame && frame.id === id)
      },
    }
  }

  async function ticketOf({ token }: Attacker): Promise<string> {
    return (await ask('POST', '/api/v1/tickets', { token })).body.ticket as string
  }

  async function live(who: Attacker) {
    const connection = await connect(await ticketOf(who))
    await connection.frames.until('the welcome', ({ type }) => type === 'welcome')
    return connection
  }

  async function createConversation(owner: Attacker, ...others: [Attacker, 'member' | 'viewer'][]): Promise<string> {
    const id = newId()
    const made = await ask('POST', '/api/v1/conversations', {
      token: owner.token,
      body: { id, title: 'Secret plans', assistant: 'off' },
    })
    expect(made.status, JSON.stringify(made.body)).toBeLessThan(300)
    for (const [who, role] of others) {
      const invite = await ask('POST', `/api/v1/conversations/${id}/invites`, { token: owner.token, body: { role } })
      const joined = await ask('POST', `/api/v1/invites/${invite.body.token}/accept`, { token: who.token })
      expect(joined.status, JSON.stringify(joined.body)).toBe(200)
    }
    return id
  }

  const [owner, member, viewer, outsider, bystander] = [
    await signUp('Olivia'),
    await signUp('Mia'),
    await signUp('Vic'),
    await signUp('Eve'),
    await signUp('Bob'),
  ]
  const conversation = await createConversation(owner, [member, 'member'], [viewer, 'viewer'])
  const owners = await live(owner)
  const said = { owner: newId(), member: newId() }
  await owners.command({ type: 'send', id: said.owner, conversation, content: 'The launch code is heliotrope' })
  const members = await live(member)
  await members.command({ type: 'send', id: said.member, conversation, content: 'Noted' })
  const bystanders = await live(bystander)
  const quiet = await createConversation(bystander)

  /** What everybody else relies on: a message is stored, and read again, within a few seconds. */
  async function stillServes(): Promise<void> {
    const id = newId()
    const startedAt = performance.now()
    const answer = await bystanders.command({ type: 'send', id, conversation: quiet, content: 'still here' })
    expect(answer).toMatchObject({ type: 'ack', id })
    const page = await ask('GET', `/api/v1/conversations/${quiet}/messages`, { token: bystander.token })
    expect(JSON.stringify(page.body)).toContain(id)
    expect(performance.now() - startedAt).toBeLessThan(servesWithinMs)
  }

  return {
    origin,
    ask,
    signUp,
    connect,
    live,
    ticketOf,
    createConversation,
    stillServes,
    people: { owner, member, viewer, outsider, bystander },
    conversation,
    said,
    stop: () => parley.stop(),
  }
}

export type Target = Awaited<ReturnType<typeof startTarget>>
