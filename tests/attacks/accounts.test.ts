import { newId } from '@parley/protocol'
import { beforeAll, describe, expect, it } from 'vitest'
import { password, withAccounts, wrong } from './accounts-suite.ts'
import type { Attacker } from './target.ts'

const suite = withAccounts()
const { api, codes } = suite
let root: Attacker
beforeAll(async () => {
  root = await suite.target.signUp('Root')
})
const setup = (who: Attacker, code: string) => api('POST', '/setup', { token: who.token, body: { code } })

describe('the setup code', () => {
  it('is not guessed, and is not the same with another key', async () => {
    const code = await codes.until('the code', () => true)
    expect(code.replaceAll('-', '')).toMatch(/^[0-9a-f]{20}$/) // 80 bits
    for (const guess of ['', '0', code.slice(0, -1), `${code}0`, code.replace(/^./, (c) => (c === '0' ? '1' : '0'))]) {
      const answer = await setup(suite.target.people.outsider, guess)
      expect(['setup.refused', 'request.invalid']).toContain(answer.code)
    }
  })

  it('makes one administrator, however many come with it at once', async () => {
    const code = await codes.until('the code', () => true)
    const others = [suite.target.people.owner, suite.target.people.member]
    expect((await setup(root, code)).status).toBe(200)
    const answers = await Promise.all(others.map((who) => setup(who, code)))
    expect(answers.map((answer) => answer.code)).toEqual(['setup.refused', 'setup.refused'])
  })
})

describe('somebody who administers nothing', () => {
  const id = newId()
  it.each([
    ['list the accounts', 'GET', '/administration/accounts', undefined],
    ['make themselves an administrator', 'PATCH', '/administration/accounts/self', { admin: true }],
    ['suspend another', 'PATCH', '/administration/accounts/owner', { suspended: true }],
    ['give themselves a quota', 'PATCH', '/administration/accounts/self', { requestsPerDay: 1_000_000 }],
    ['read the settings of the installation', 'GET', '/administration/installation', undefined],
    ['close the installation', 'PUT', '/administration/installation', { signUps: 'closed', models: null }],
    ['read the audit log', 'GET', '/administration/audit', undefined],
    ['take the audit log along', 'GET', '/administration/audit.ndjson', undefined],
    ['read what was reported', 'GET', '/administration/reports', undefined],
    ['close a report', 'PUT', `/administration/reports/${id}`, { remove: true }],
    ['read what is held', 'GET', '/administration/held', undefined],
    ['send what is held', 'PUT', `/administration/held/${id}`, { send: true }],
  ])('cannot %s', async (_name, method, path, body) => {
    const { outsider, owner } = suite.target.people
    const there = path.replace('self', outsider.id).replace('owner', owner.id)
    const answer = await api(method, there, { token: outsider.token, ...(body && { body }) })
    expect(answer).toMatchObject({ status: 403, code: 'access.forbidden' })
    expect(await api(method, there, body ? { body } : {})).toMatchObject({ status: 401, code: 'auth.required' })
    expect((await api('GET', '/me', { token: owner.token })).status).toBe(200)
  })

  it.each([
    ['signing up', 'POST', '/accounts', { email: `${newId()}@example.org`, name: 'Eve', password, admin: true }],
    ['changing their name', 'PATCH', '/me', { name: 'Eve', admin: true }],
    ['changing their name', 'PATCH', '/me', { name: 'Eve', verified: true }],
    ['changing their name', 'PATCH', '/me', { name: 'Eve', email: 'root@example.org' }],
  ])('gets no more than they may by %s (%#)', async (_name, method, path, body) => {
    expect(await api(method, path, { token: suite.target.people.outsider.token, body })).toMatchObject({
      status: 422,
      code: 'request.invalid',
    })
    expect((await api('GET', '/me', { token: suite.target.people.outsider.token })).body).not.toHaveProperty('admin')
  })
})

describe('what is somebody’s own', () => {
  it('is not seen, ended or used by others: tokens, passkeys, blocks', async () => {
    const { owner, outsider } = suite.target.people
    const made = await api('POST', '/tokens', { token: owner.token, body: { name: 'Bot', scopes: ['read'], password } })
    const id = made.body.id as string
    expect((await api('GET', '/tokens', { token: outsider.token })).body).toEqual({ tokens: [] })
    expect(await api('DELETE', `/tokens/${id}`, { token: outsider.token })).toMatchObject({ code: 'token.not_found' })
    expect(await api('DELETE', `/sessions/${id}`, { token: outsider.token })).toMatchObject({ status: 204 })
    expect((await api('GET', '/me', { token: made.body.token as string })).status).toBe(200)
    expect(await api('DELETE', '/passkeys/AAAA', { token: outsider.token })).toMatchObject({
      code: 'passkey.not_found',
    })
    await api('PUT', `/me/blocked/${outsider.id}`, { token: owner.token })
    expect((await api('GET', '/me/blocked', { token: outsider.token })).body).toEqual({ blocked: [] })
  })

  it('is exported to nobody else', async () => {
    const { owner, outsider } = suite.target.people
    const mine = JSON.stringify((await api('GET', '/me/export', { token: owner.token })).body)
    expect(mine).toContain('heliotrope')
    expect(mine).not.toMatch(/_hash|"secret/)
    expect(JSON.stringify((await api('GET', '/me/export', { token: outsider.token })).body)).not.toContain('heliotrope')
  })

  it('is not reported by who cannot read it', async () => {
    const { outsider } = suite.target.people
    const path = `/conversations/${suite.target.conversation}/messages/${suite.target.said.owner}/reports`
    const answer = await api('POST', path, { token: outsider.token, body: { reason: 'Let me see' } })
    expect(answer).toMatchObject({ status: 404, code: 'conversation.not_found' })
  })
})

describe('whoever finds a browser open', () => {
  it.each([
    ['a passkey', 'POST', '/passkeys/options', {}],
    ['a way in by the provider', 'POST', '/me/provider', {}],
    ['a token', 'POST', '/tokens', { name: 'Bot', scopes: ['write'] }],
    ['another password', 'PUT', '/me/password', { next: 'another horse battery' }],
    ['an end of the account', 'POST', '/me/deletion', {}],
  ])('makes no %s that outlasts it', async (_name, method, path, body) => {
    const guest = await suite.target.signUp('Gus')
    const refused = { status: 403, code: 'auth.wrong_password' }
    expect(await api(method, path, { token: guest.token, body })).toMatchObject(refused)
    const guessed = path === '/me/password' ? { ...body, current: wrong } : { ...body, password: wrong }
    expect(await api(method, path, { token: guest.token, body: guessed })).toMatchObject(refused)
    expect((await api('GET', '/me', { token: guest.token })).status).toBe(200)
  })
})

describe('a token for scripts', () => {
  async function tokenOf(who: Attacker, scopes: string[]): Promise<{ id: string; token: string }> {
    const { body } = await api('POST', '/tokens', { token: who.token, body: { name: 'Bot', scopes, password } })
    return body as { id: string; token: string }
  }

  it('that reads does nothing else', async () => {
    const { token } = await tokenOf(suite.target.people.owner, ['read'])
    const at = `/conversations/${suite.target.conversation}`
    expect((await api('GET', `${at}/messages`, { token })).status).toBe(200)
    for (const [method, path, body] of [
      ['PATCH', at, { title: 'Mine' }],
      ['POST', `${at}/messages`, { id: newId(), content: 'By a script' }],
      ['DELETE', at, undefined],
      ['POST', '/tickets', undefined],
      ['PUT', `/me/blocked/${suite.target.people.member.id}`, undefined],
    ] as const) {
      expect(await api(method, path, { token, ...(body && { body }) })).toMatchObject({
        status: 403,
        code: 'auth.scope',
      })
    }
  })

  it('does nothing with the account itself, whatever its scopes', async () => {
    const { token } = await tokenOf(root, ['read', 'write'])
    for (const [method, path, body] of [
      ['PATCH', '/me', { name: 'Bot' }],
      ['PUT', '/me/password', { current: password, next: 'another horse battery' }],
      ['POST', '/me/deletion', { password }],
      ['GET', '/me/export', undefined],
      ['GET', '/sessions', undefined],
      ['DELETE', '/sessions', undefined],
      ['POST', '/tokens', { name: 'More', scopes: ['write'] }],
      ['GET', '/tokens', undefined],
      ['POST', '/passkeys/options', { password }],
      ['POST', '/me/provider', { password }],
      ['GET', '/administration/accounts', undefined],
      ['PUT', '/administration/installation', { signUps: 'closed', models: null }],
    ] as const) {
      expect(await api(method, path, { token, ...(body && { body }) })).toMatchObject({
        status: 403,
        code: 'auth.scope',
      })
    }
  })

  it('is worth nothing changed, cut, with another’s secret, or as a cookie', async () => {
    const [one, other] = [await tokenOf(root, ['read']), await tokenOf(suite.target.people.owner, ['read'])]
    const [, secret = ''] = other.token.split('.')
    for (const token of [
      `${one.token}x`,
      one.token.slice(0, -1),
      one.token.replace('parley_', ''),
      `parley_${one.id}.${secret}`,
      `parley_${one.id}.`,
      `parley_${newId()}.${secret}`,
    ]) {
      expect(await api('GET', '/me', { token })).toMatchObject({ status: 401, code: 'auth.required' })
    }
    const cookie = one.token.replace('parley_', 'parley_session=')
    expect((await api('POST', '/sessions/refresh', { headers: { cookie } })).status).toBe(401)
    expect((await api('GET', '/me', { token: one.token })).status, 'and it is still good').toBe(200)
  })

  it('that is ended is ended on open sockets, too, within a second', async () => {
    const guest = await suite.target.signUp('Gus')
    const { id, token } = await tokenOf(guest, ['write'])
    const ticket = (await api('POST', '/tickets', { token })).body.ticket as string
    const { frames, closes } = await suite.target.connect(ticket)
    await frames.until('the welcome', ({ type }) => type === 'welcome')
    await api('DELETE', `/tokens/${id}`, { token: guest.token })
    expect(await closes.until('the end', () => true, 1_000)).toMatchObject({ code: 4001 })
    expect((await api('GET', '/me', { token })).status).toBe(401)
  })
})

describe('who is suspended', () => {
  it('is out of open sockets and of all sessions within a second, and stays out', async () => {
    const guest = await suite.target.signUp('Gus')
    const { closes } = await suite.target.live(guest)
    const ticket = await suite.target.ticketOf(guest)
    const path = `/administration/accounts/${guest.id}`
    expect((await api('PATCH', path, { token: root.token, body: { suspended: true } })).status).toBe(200)
    expect(await closes.until('the end', () => true, 1_000)).toMatchObject({ code: 4001 })
    await expect
      .poll(async () => (await api('GET', '/me', { token: guest.token })).status, { timeout: 1_000 })
      .toBe(401)
    expect((await api('POST', '/sessions/refresh', { headers: { cookie: guest.cookie } })).status).toBe(401)
    const late = await suite.target.connect(ticket)
    await late.closes.until('the end', () => true)
    expect(late.frames.items.some(({ type }) => type === 'welcome')).toBe(false)
    const again = await api('POST', '/sessions', { body: { email: guest.email, password } })
    expect(again).toMatchObject({ status: 403, code: 'auth.suspended' })
    const before = suite.mail.letters.items.length
    await api('POST', '/password-resets', { body: { email: guest.email } })
    await api('POST', '/password-resets', { body: { email: root.email } })
    await suite.mail.linkTo(root.email, /new password/)
    const sent = suite.mail.letters.items.slice(before).map(({ text }) => text)
    expect(sent.some((text) => text?.includes('Gus'))).toBe(false)
  })
})

describe('a guest', () => {
  async function guestOf(conversation: string, owner: Attacker) {
    const path = `/conversations/${conversation}/invites`
    const invite = await api('POST', path, { token: owner.token, body: { role: 'member', guests: true } })
    const answer = await api('POST', `/invites/${invite.body.token}/guests`, { body: { name: 'Gus' } })
    expect(answer.status).toBe(201)
    return { token: answer.body.accessToken as string, id: (answer.body.user as { id: string }).id }
  }

  it('takes part where they are invited, and can do nothing else', async () => {
    const { owner } = suite.target.people
    const conversation = await suite.target.createConversation(owner)
    const { token } = await guestOf(conversation, owner)
    const at = `/conversations/${conversation}`
    expect(
      (await api('POST', `${at}/messages`, { token, body: { id: newId(), content: 'Hello' } })).status,
    ).toBeLessThan(300)
    for (const [method, path, body] of [
      ['POST', '/conversations', { id: newId() }],
      ['POST', `${at}/invites`, { role: 'member' }],
      ['POST', `${at}/shares`, {}],
      ['POST', '/tokens', { name: 'Bot', scopes: ['read'] }],
      ['POST', '/passkeys/options', {}],
      ['POST', '/email-verifications', undefined],
      ['PUT', '/me/password', { next: 'another horse battery' }],
    ] as const) {
      expect(await api(method, path, { token, ...(body && { body }) })).toMatchObject({
        status: 403,
        code: 'guest.forbidden',
      })
    }
    const elsewhere = `/conversations/${suite.target.conversation}`
    expect(await api('GET', elsewhere, { token })).toMatchObject({ status: 404, code: 'conversation.not_found' })
    expect(await api('GET', '/administration/accounts', { token })).toMatchObject({ status: 403 })
  })

  it('does not come by a link that is for accounts only, by a guessed one, nor twice by one for one', async () => {
    const { owner } = suite.target.people
    const conversation = await suite.target.createConversation(owner)
    const path = `/conversations/${conversation}/invites`
    const only = await api('POST', path, { token: owner.token, body: { role: 'member' } })
    const refused = { status: 404, code: 'invite.not_found' }
    for (const token of [only.body.token as string, 'guessed', 'A'.repeat(43)]) {
      expect(await api('POST', `/invites/${token}/guests`, { body: { name: 'Gus' } })).toMatchObject(refused)
    }
    const one = await api('POST', path, { token: owner.token, body: { role: 'viewer', guests: true, maxUses: 1 } })
    const come = () => api('POST', `/invites/${one.body.token}/guests`, { body: { name: 'Gus' } })
    const answers = await Promise.all([come(), come(), come(), come()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404, 404, 404])
  })

  it('does not take over an account by its address', async () => {
    const { owner, viewer } = suite.target.people
    const { token } = await guestOf(await suite.target.createConversation(owner), owner)
    const answer = await api('PUT', '/me/account', { token, body: { email: viewer.email, password } })
    expect(answer).toMatchObject({ status: 409, code: 'auth.email_taken' })
    const mine = { email: `${newId()}@example.org`, password }
    expect((await api('PUT', '/me/account', { token: viewer.token, body: mine })).code).toBe('auth.email_taken')
  })
})
