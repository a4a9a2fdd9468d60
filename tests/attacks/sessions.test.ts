import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { newId } from '@parley/protocol'
import { decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { withTarget } from './suite.ts'

const target = withTarget()

const claims = () => ({ sid: target().people.owner.session })
/** The installation's own key, by its name: so that it is not the name that is at fault. */
const named = () => ({ kid: decodeProtectedHeader(target().people.owner.token).kid! })
const signed = (make: (jwt: SignJWT) => SignJWT) =>
  make(
    new SignJWT(claims())
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', ...named() })
      .setSubject(target().people.owner.id)
      .setIssuer('parley')
      .setAudience('parley-api')
      .setIssuedAt()
      .setExpirationTime('5m'),
  )
const foreign = generateKeyPairSync('ed25519').privateKey

/** Tokens that claim to be the owner's, and are not. */
const forged: Record<string, () => Promise<string | undefined> | string | undefined> = {
  'no token': () => undefined,
  'a word': () => 'let-me-in',
  'two dots': () => '..',
  'an unsigned one': () =>
    new UnsecuredJWT(claims())
      .setSubject(target().people.owner.id)
      .setIssuer('parley')
      .setAudience('parley-api')
      .setExpirationTime('5m')
      .encode(),
  'one signed by another key': () => signed((jwt) => jwt).sign(foreign),
  'one signed with a public key as if it were a secret': () =>
    new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', ...named() })
      .setSubject(target().people.owner.id)
      .setIssuer('parley')
      .setAudience('parley-api')
      .setExpirationTime('5m')
      .sign(createPublicKey(foreign).export({ type: 'spki', format: 'der' })),
  'one that names no key': () =>
    new SignJWT(claims())
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject(target().people.owner.id)
      .setIssuer('parley')
      .setAudience('parley-api')
      .setExpirationTime('5m')
      .sign(foreign),
  'one that brings a key of its own': () =>
    new SignJWT(claims())
      .setProtectedHeader({
        alg: 'EdDSA',
        ...named(),
        jwk: createPublicKey(foreign).export({ format: 'jwk' }) as never,
      })
      .setSubject(target().people.owner.id)
      .setIssuer('parley')
      .setAudience('parley-api')
      .setExpirationTime('5m')
      .sign(foreign),
  'one whose claims were changed': () => {
    const [header, , signature] = target().people.outsider.token.split('.')
    const claimed = {
      sub: target().people.owner.id,
      ...claims(),
      iss: 'parley',
      aud: 'parley-api',
      exp: Date.now() / 1_000 + 300,
    }
    return [header, Buffer.from(JSON.stringify(claimed)).toString('base64url'), signature].join('.')
  },
  'one without its signature': () => `${target().people.owner.token.split('.').slice(0, 2).join('.')}.`,
  'one with a NUL': () => `${target().people.owner.token.slice(0, 20)}%00`,
  'a long one': () => 'a'.repeat(7_000),
}

describe('a request with', () => {
  it.each(Object.keys(forged))('%s is refused', async (name) => {
    const token = await forged[name]!()
    expect(await target().ask('GET', '/api/v1/me', { token })).toMatchObject({ status: 401, code: 'auth.required' })
    expect(await target().ask('POST', '/api/v1/tickets', { token })).toMatchObject({
      status: 401,
      code: 'auth.required',
    })
  })

  it('the token of a session that has ended is refused', async () => {
    const { ask, signUp } = target()
    const guest = await signUp('Gus')
    expect((await ask('DELETE', '/api/v1/sessions/current', { token: guest.token })).status).toBe(204)
    expect(await ask('GET', '/api/v1/me', { token: guest.token })).toMatchObject({ status: 401 })
  })

  it('a token in the address is refused', async () => {
    const { token } = target().people.owner
    expect((await target().ask('GET', `/api/v1/me?access_token=${token}&token=${token}`)).status).toBe(401)
  })

  it('nothing but the session’s cookie cannot read anything', async () => {
    const { cookie } = target().people.owner
    expect((await target().ask('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(401)
  })
})

describe('the cookie of a session', () => {
  const refresh = (cookie: string, headers: Record<string, string> = {}) =>
    target().ask('POST', '/api/v1/sessions/refresh', { headers: { cookie, ...headers } })

  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of a sibling domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that is none', { origin: 'null' }],
    ['an origin that begins like ours', { origin: 'http://127.0.0.1.evil.example' }],
  ] as [string, Record<string, string>][])('cannot be used by %s', async (_name, headers) => {
    const guest = await target().signUp('Gus')
    expect(await refresh(guest.cookie, headers)).toMatchObject({ status: 403, code: 'origin.forbidden' })
    expect((await refresh(guest.cookie)).status, 'and is untouched').toBe(200)
  })

  it('is of no use for another session', async () => {
    const [guest, other] = [await target().signUp('Gus'), await target().signUp('Gil')]
    const [, secret] = guest.cookie.split('.')
    expect((await refresh(`parley_session=${other.session}.${secret}`)).status).toBe(401)
    expect((await refresh(`parley_session=${newId()}.${secret}`)).status).toBe(401)
    expect((await refresh('parley_session=..')).status).toBe(401)
  })

  it('whose secret is guessed ends nothing of theirs', async () => {
    const guest = await target().signUp('Gus')
    for (const guess of ['A', 'A'.repeat(43), 'A'.repeat(65), guest.cookie.slice(-60)]) {
      expect((await refresh(`parley_session=${guest.session}.${guess}`)).status).toBe(401)
    }
    expect((await refresh(guest.cookie)).status).toBe(200)
  })

  it('ends the session where one was stolen and used: the thief and the owner are out', async () => {
    const { signUp, ask } = target()
    const guest = await signUp('Gus')
    const first = await refresh(guest.cookie)
    const second = await refresh(first.headers.getSetCookie()[0]!.split(';')[0]!)
    expect(second.status).toBe(200)
    expect(await refresh(guest.cookie), 'what was exchanged two times ago').toMatchObject({ status: 401 })
    expect((await refresh(second.headers.getSetCookie()[0]!.split(';')[0]!)).status).toBe(401)
    expect((await ask('GET', '/api/v1/me', { token: second.body.accessToken as string })).status).toBe(401)
  })

  it('makes one new secret of a hundred exchanges at once, and stays good', async () => {
    const guest = await target().signUp('Gus')
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(guest.cookie)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200))
    const cookies = answers.flatMap(({ headers }) => headers.getSetCookie())
    expect(cookies).toHaveLength(1)
    expect((await refresh(cookies[0]!.split(';')[0]!)).status).toBe(200)
  })

  it('that somebody else has put there is not taken over by signing in', async () => {
    const { people, ask } = target()
    const fixed = `parley_session=${newId()}.fixed`
    const { email } = people.member
    const answer = await ask('POST', '/api/v1/sessions', {
      body: { email, password: 'correct horse battery' },
      headers: { cookie: fixed },
    })
    expect(answer.status).toBe(201)
    const [set] = answer.headers.getSetCookie()
    expect(set).not.toContain('fixed')
    expect(set).toMatch(/HttpOnly/i)
    expect(set).toMatch(/SameSite=Strict/i)
    expect((await refresh(fixed)).status).toBe(401)
  })
})

describe('a ticket', () => {
  it('opens one socket, and no second', async () => {
    const { ticketOf, people, connect } = target()
    const ticket = await ticketOf(people.owner)
    const first = await connect(ticket)
    await first.frames.until('the welcome', ({ type }) => type === 'welcome')
    const second = await connect(ticket)
    expect(await second.closes.until('the end', () => true)).toMatchObject({ code: 4002 })
    expect(second.frames.items).toEqual([])
    first.socket.close()
  })

  it.each([
    ['guessed', () => 'A'.repeat(32)],
    ['empty', () => ''],
    ['an access token', () => target().people.owner.token],
    ['of a name that other things have', () => '__proto__'],
    ['long', () => 'a'.repeat(4_000)],
  ])('that is %s opens none', async (_name, make) => {
    const { frames, closes } = await target().connect(make())
    expect((await closes.until('the end', () => true)).code).not.toBe(1000)
    expect(frames.items).toEqual([])
  })

  it.each([
    ['another site', 'https://evil.example'],
    ['nowhere', 'null'],
    ['a name that begins like ours', 'http://127.0.0.1.evil.example'],
  ])('cannot be used by a page of %s', async (_name, origin) => {
    const { connect, ticketOf, people } = target()
    const { frames, closes } = await connect(await ticketOf(people.owner), { origin })
    await closes.until('the end', () => true)
    expect(frames.items).toEqual([])
  })

  it('cannot be had in the name of a session that is over', async () => {
    const { signUp, ticketOf, connect, ask } = target()
    const guest = await signUp('Gus')
    const ticket = await ticketOf(guest)
    await ask('DELETE', '/api/v1/sessions', { token: guest.token })
    const { closes, frames } = await connect(ticket)
    expect((await closes.until('the end', () => true)).code).toBeGreaterThanOrEqual(4_000)
    expect(frames.items.some(({ type }) => type === 'welcome')).toBe(false)
  })
})

describe('who signs in', () => {
  it('takes as long without an account as with a wrong password', async () => {
    const { ask, signUp } = target()
    // Of each a few tries: further ones would have to wait.
    const accounts = [await signUp('One'), await signUp('Two'), await signUp('Three')]
    const timed = async (email: string) => {
      const startedAt = performance.now()
      const answer = await ask('POST', '/api/v1/sessions', { body: { email, password: 'wrong horse battery' } })
      expect(answer).toMatchObject({ status: 401, code: 'auth.invalid_credentials' })
      return performance.now() - startedAt
    }
    const [known, unknown]: number[][] = [[], []]
    for (let n = 0; n < 7; n += 1) {
      known!.push(await timed(accounts[n % accounts.length]!.email))
      unknown!.push(await timed(`${newId()}@example.org`))
    }
    const median = (all: number[]) => all.sort((a, b) => a - b)[3]!
    const ratio = median(unknown!) / median(known!)
    // Without the decoy it would be a tenth.
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  it('learns nothing from the form of the refusal', async () => {
    const { ask, people } = target()
    const wrong = { password: 'wrong horse battery' }
    const known = await ask('POST', '/api/v1/sessions', { body: { email: people.member.email, ...wrong } })
    const unknown = await ask('POST', '/api/v1/sessions', { body: { email: `${newId()}@example.org`, ...wrong } })
    expect(known.body).toEqual(unknown.body)
  })
})
