import { newId } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { password, publicUrl, withAccounts, wrong } from './accounts-suite.ts'

const suite = withAccounts()
const { api } = suite

describe('a link to choose another password', () => {
  const reset = (email: string, headers: Record<string, string> = {}) =>
    api('POST', '/password-resets', { body: { email }, headers })

  it('leads to this installation, whatever host the request names', async () => {
    const guest = await suite.target.signUp('Gus')
    await reset(guest.email, { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' })
    expect(await suite.mail.linkTo(guest.email, /new password/)).toMatch(
      /^http:\/\/chat\.example\.org\/reset\/[\w-]{43}$/,
    )
  })

  it('is answered the same with and without an account', async () => {
    const [known, unknown] = [await reset(suite.target.people.viewer.email), await reset(`${newId()}@example.org`)]
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body])
  })

  it('is good once, of two who come at once too, and not guessed', async () => {
    const guest = await suite.target.signUp('Gus')
    await reset(guest.email)
    const token = (await suite.mail.linkTo(guest.email, /new password/)).split('/').at(-1)!
    const choose = (secret: string, next: string) =>
      api('PUT', '/password-resets', { body: { token: secret, password: next } })
    for (const guess of ['x', token.slice(0, -1), `${token}x`, token.toUpperCase()]) {
      expect(await choose(guess, 'another horse battery')).toMatchObject({ code: 'auth.link_invalid' })
    }
    const answers = await Promise.all(['one horse battery', 'two horse batteries'].map((next) => choose(token, next)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404])
    expect((await api('POST', '/sessions', { body: { email: guest.email, password } })).status).toBe(401)
  })

  it('is not sent more than a few times an hour to one address', async () => {
    const guest = await suite.target.signUp('Gus')
    const answers = []
    for (let n = 0; n < 8; n += 1) answers.push(await reset(guest.email))
    expect(answers.filter(({ status }) => status === 204).length).toBeLessThanOrEqual(5)
    expect(answers.at(-1)).toMatchObject({ status: 429, code: 'rate.limited' })
  })

  it('carries nobody’s words but our own: a name does not write a letter', async () => {
    const name = 'Ada,\n\nyour account is hacked. Go to https://evil.example/login now'
    const { email } = await suite.target.signUp(name.slice(0, 80))
    await suite.mail.linkTo(email, /your email address/)
    const letter = suite.mail.letters.items.find(({ text }) => text?.includes('hacked'))!
    expect(letter.text).not.toContain('evil.example/login')
    expect(letter.text?.split('\n')[0]).toMatch(/^Hello Ada, your account is hacked/)
  })
})

describe('guessing passwords', () => {
  const signIn = (email: string, given: string, cookie = '') =>
    api('POST', '/sessions', { body: { email, password: given }, headers: cookie ? { cookie } : {} })

  it('waits longer with each wrong one', async () => {
    const { email } = await suite.target.signUp('Gus')
    const waits: number[] = []
    for (let n = 0; n < 20 && waits.length < 2; n += 1) {
      const answer = await signIn(email, wrong)
      if (answer.status === 429) {
        waits.push(Number(answer.headers.get('retry-after')))
        await new Promise((resolve) => setTimeout(resolve, (answer.body.retryAfterMs as number) + 20))
      }
    }
    expect(waits).toEqual([1, 2])
  })

  it('locks nobody out: who has signed in by a browser gets in there while others guess', async () => {
    const { email } = await suite.target.signUp('Gus')
    const first = await signIn(email, password)
    const device = first.headers
      .getSetCookie()
      .find((line) => line.startsWith('parley_device='))!
      .split(';')[0]!
    const guesses = await Promise.all(Array.from({ length: 30 }, () => signIn(email, wrong)))
    expect(guesses.some(({ status }) => status === 429)).toBe(true)
    expect((await signIn(email, password)).status, 'from an unknown browser').toBe(429)
    expect((await signIn(email, password, device)).status, 'from a known one').toBe(201)
  })

  it('is not helped by the mark of a known browser: it is not forged, and good for its own account', async () => {
    const [gus, eve] = [await suite.target.signUp('Gus'), await suite.target.signUp('Eve')]
    const hers = await signIn(eve.email, password)
    const device = hers.headers
      .getSetCookie()
      .find((line) => line.startsWith('parley_device='))!
      .split(';')[0]!
    for (const cookie of [device, 'parley_device=x', `parley_device=${'A'.repeat(65)}`]) {
      await Promise.all(Array.from({ length: 15 }, () => signIn(gus.email, wrong, cookie)))
      expect((await signIn(gus.email, wrong, cookie)).status).toBe(429)
    }
  })

  it('by a passkey is refused, whatever is sent', async () => {
    for (const response of [
      {},
      { id: 5 },
      { id: 'x' },
      { id: 'x'.repeat(5_000) },
      { id: 'a', response: { a: null } },
    ]) {
      const answer = await api('POST', '/sessions/passkey', { body: { response } })
      expect(answer).toMatchObject({ status: 401, code: 'auth.passkey_refused' })
    }
  })
})

describe('coming back from the provider', () => {
  const visit = async () => {
    const answer = await api('POST', '/sessions/provider')
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('parley_visit='))!
    return { url: new URL(answer.body.url as string), cookie: cookie.split(';')[0]!, whole: cookie }
  }
  const back = async (query: string, cookie = '') => {
    const response = await fetch(`${suite.target.origin}/api/v1/sessions/provider?${query}`, {
      headers: cookie ? { cookie } : {},
      redirect: 'manual',
    })
    return {
      location: response.headers.get('location'),
      isIn: response.headers.getSetCookie().some((line) => line.startsWith('parley_session=')),
    }
  }
  const refused = { location: '/?problem=auth.provider_refused', isIn: false }

  it('asks with PKCE, state and nonce, and keeps the state from scripts', async () => {
    const { url, whole } = await visit()
    const { searchParams } = url
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    expect(searchParams.get('redirect_uri')).toBe(`${publicUrl}/api/v1/sessions/provider`)
    for (const name of ['code_challenge', 'state', 'nonce']) expect(searchParams.get(name)?.length).toBeGreaterThan(30)
    expect(whole).toMatch(/HttpOnly/)
    expect(whole).toMatch(/SameSite=Lax/)
  })

  it('is refused in another browser, so that nobody is signed in as somebody else', async () => {
    const { url } = await visit()
    const state = url.searchParams.get('state')
    expect(await back(`state=${state}&code=abc`)).toEqual(refused)
    expect(await back(`state=${state}&code=abc`, (await visit()).cookie)).toEqual(refused)
  })

  it('is refused with a code that the provider did not give, and a second time', async () => {
    const { url, cookie } = await visit()
    const query = `state=${url.searchParams.get('state')}&code=forged&iss=${encodeURIComponent(suite.provider.issuer)}`
    expect(await back(query, cookie)).toEqual(refused)
    expect(await back(query, cookie)).toEqual(refused)
  })

  it.each(['', 'code=x', 'state=', 'state=x&state=y', 'error=access_denied', 'state[a]=1'])(
    'is refused with “%s”',
    async (query) => {
      expect(await back(query, (await visit()).cookie)).toEqual(refused)
    },
  )
})
