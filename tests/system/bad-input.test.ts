import { closeCodes, limits, newId } from '@parley/protocol'
import { createRecorder } from '@parley/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startParley } from '../support/parley.ts'
import { gather, signUp } from '../support/people.ts'

let parley: Awaited<ReturnType<typeof startParley>>
beforeAll(async () => {
  parley = await startParley({ commandsPerSecond: 50 })
})
afterAll(() => parley.stop())

async function rawSocket(ticket: string, headers: Record<string, string> = {}) {
  const frames = createRecorder<{ type: string; id?: string; code?: string }>()
  const closes = createRecorder<{ code: number; reason: string }>()
  const socket = new WebSocket(`${parley.url.replace('http', 'ws')}/ws?ticket=${ticket}`, { headers } as never)
  socket.onmessage = ({ data }) => frames.push(JSON.parse(data as string))
  socket.onclose = ({ code, reason }) => closes.push({ code, reason })
  return { socket, frames, closes }
}

describe('a socket', () => {
  it('answers every bad frame with a code and the command’s id, and stays open', async () => {
    const [ada, eve] = [await signUp(parley.url), await signUp(parley.url, 'Eve')]
    const conversation = await gather([ada])
    const { socket, frames } = await rawSocket(await eve.api.ticket())
    await frames.until('welcome', ({ type }) => type === 'welcome')
    const send = async (text: string | Uint8Array<ArrayBuffer>, code: string, id?: string) => {
      const before = frames.items.length
      socket.send(text)
      const answer = await frames.until(code, (frame) => frames.items.indexOf(frame) >= before)
      expect(answer).toMatchObject({ type: 'error', code, ...(id && { id }) })
    }
    await send('not json', 'frame.invalid')
    await send('[]', 'frame.invalid')
    await send(new Uint8Array([1, 2, 3]), 'frame.invalid')
    await send('{"id":"a","type":"fly"}', 'command.unknown', 'a')
    await send('{"id":"b","type":"__proto__"}', 'command.unknown', 'b')
    await send(JSON.stringify({ id: 'c', type: 'open', conversation }), 'frame.invalid', 'c')
    await send('x'.repeat(limits.frameBytes + 1), 'frame.too_large')
    const foreign = async (id: string, at: string) => {
      await send(JSON.stringify({ id, type: 'open', conversation: at, since: 0 }), 'conversation.not_found', id)
      return frames.items.at(-1)
    }
    const [theirs, nobodys] = [await foreign('d', conversation), await foreign('d', newId())]
    expect(theirs, 'what is not yours looks like what is not there').toEqual(nobodys)
    const message = newId()
    await send(
      JSON.stringify({ id: message, type: 'send', conversation, content: 'hi' }),
      'conversation.not_found',
      message,
    )
    socket.send('{"id":"e","type":"ping"}')
    await frames.until('pong', ({ type, id }) => type === 'pong' && id === 'e')
    socket.close()
  })

  it('that floods is slowed, then closed with a reason', async () => {
    const eve = await signUp(parley.url, 'Eve')
    const { socket, frames, closes } = await rawSocket(await eve.api.ticket())
    await frames.until('welcome', ({ type }) => type === 'welcome')
    for (let n = 0; n < 2_000; n += 1) socket.send(`{"id":"${n}","type":"ping"}`)
    await frames.until('being slowed', ({ code }) => code === 'rate.limited')
    const { code, reason } = await closes.until('the close', () => true)
    expect(code).toBe(closeCodes.flooding)
    expect(reason).toContain('slow down')
  })

  it('opens with a ticket that is used once, from the page itself', async () => {
    const ada = await signUp(parley.url)
    const ticket = await ada.api.ticket()
    const first = await rawSocket(ticket, { origin: parley.url })
    await first.frames.until('welcome', ({ type }) => type === 'welcome')
    for (const [name, attempt] of [
      ['a used ticket', await rawSocket(ticket)],
      ['no ticket', await rawSocket('')],
      ['another site', await rawSocket(await ada.api.ticket(), { origin: 'https://evil.example' })],
    ] as const) {
      await attempt.closes.until(`${name} to be refused`, () => true)
      expect(attempt.frames.items, name).toEqual([])
    }
    first.socket.close()
  })
})

describe('the REST interface', () => {
  const json = { 'content-type': 'application/json' }
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${parley.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : json), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: response.status, problem: await response.json() }
  }

  it('answers bad bodies with the field at fault, as problem details', async () => {
    const account = { email: 'a@example.org', name: 'Ada', password: 'long enough for all' }
    const cases: [unknown, number, string, string | undefined][] = [
      ['{', 422, 'request.invalid', undefined],
      [{ ...account, email: 'nobody' }, 422, 'request.invalid', '/email'],
      [{ email: account.email, name: account.name }, 422, 'request.invalid', '/password'],
      [{ ...account, password: 'short' }, 422, 'request.invalid', '/password'],
      [{ ...account, name: 'a\0b' }, 422, 'request.invalid', '/name'],
      [{ ...account, admin: true }, 422, 'request.invalid', undefined],
      [`{"email":"${'x'.repeat(1_100_000)}"}`, 413, 'request.too_large', undefined],
    ]
    for (const [body, status, code, field] of cases) {
      const answer = await call('POST', '/api/v1/accounts', body)
      expect(answer, JSON.stringify(body).slice(0, 100)).toMatchObject({
        status,
        problem: { status, code, ...(field && { field }) },
      })
    }
    expect(await call('GET', '/api/v1/nothing')).toMatchObject({ status: 404, problem: { code: 'route.not_found' } })
    expect(await call('GET', '/api/v1/me')).toMatchObject({ status: 401, problem: { code: 'auth.required' } })
    for (const token of ['x', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.']) {
      const answer = await call('GET', '/api/v1/me', undefined, { authorization: `Bearer ${token}` })
      expect(answer).toMatchObject({ status: 401, problem: { code: 'auth.required' } })
    }
  })

  it('describes itself', async () => {
    const { problem: document } = await call('GET', '/api/openapi.json')
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/v1/accounts', '/api/v1/conversations/{conversation}/messages', '/api/v1/tickets']),
    )
    const page = await fetch(`${parley.url}/api/docs`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
  })

  it('signs in with the right password only, whatever the case of the address', async () => {
    const ada = await signUp(parley.url)
    const signIn = (email: string, password: string) => call('POST', '/api/v1/sessions', { email, password })
    expect((await signIn(ada.email.toUpperCase(), ada.password)).status).toBe(201)
    const wrong = await signIn(ada.email, 'wrong password')
    expect(wrong).toMatchObject({ status: 401, problem: { code: 'auth.invalid_credentials' } })
    expect(await signIn('nobody@example.org', 'wrong password'), 'an unknown account answers the same').toEqual(wrong)
  })

  it('lets a refresh token be used once, and ends the session of one used again', async () => {
    const account = { email: `${newId()}@example.org`, name: 'Ada', password: 'long enough for all' }
    const response = await fetch(`${parley.url}/api/v1/accounts`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(account),
    })
    const refresh = async (cookie = '') => {
      const answer = await fetch(`${parley.url}/api/v1/sessions/refresh`, { method: 'POST', headers: { cookie } })
      return { status: answer.status, cookie: sessionLine(answer).split(';')[0]! }
    }
    expect((await refresh()).status, 'whoever has never been here is told nothing of an error').toBe(204)
    expect((await refresh('parley_session=made-up')).status).toBe(401)
    const set = sessionLine(response)
    expect(set).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/i)
    const first = set.split(';')[0]!
    const second = await refresh(first)
    const third = await refresh(second.cookie)
    expect([second.status, third.status]).toEqual([200, 200])
    expect((await refresh(first)).status).toBe(401)
    expect((await refresh(third.cookie)).status, 'the whole family is dead').toBe(401)
  })
})

/** The line that sets the session's cookie; empty where none does. */
function sessionLine({ headers }: Response): string {
  return headers.getSetCookie().find((line) => line.startsWith('parley_session=')) ?? ''
}
