import { request as httpRequest } from 'node:http'
import { connect as openTcp } from 'node:net'
import { limits, newId } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { withTarget } from './suite.ts'

const target = withTarget()

const conversations = '/api/v1/conversations'
const json = { 'content-type': 'application/json' }
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

/** Bodies that are no conversation to be made. */
const bodies: Record<
  string,
  { raw: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string>; status: number[] }
> = {
  nothing: { raw: '', status: [422] },
  'a number': { raw: '7', status: [422] },
  'a list': { raw: '[]', status: [422] },
  null: { raw: 'null', status: [422] },
  'half of an object': { raw: '{"id":', status: [422] },
  'lists in lists, 100,000 deep': { raw: nested(100_000), status: [422] },
  'objects in objects, 50,000 deep': { raw: `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, status: [422] },
  'two megabytes': { raw: JSON.stringify({ title: 'a'.repeat(2 * 1024 ** 2) }), status: [413] },
  'a key twice': { raw: `{"id":"${newId()}","id":"7","title":"x"}`, status: [422] },
  'a __proto__': { raw: `{"id":"${newId()}","title":"x","__proto__":{"isAdmin":true}}`, status: [422] },
  'a constructor': {
    raw: `{"id":"${newId()}","title":"x","constructor":{"prototype":{"isAdmin":true}}}`,
    status: [422],
  },
  'bytes that are no UTF-8': { raw: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), status: [422] },
  'a form': {
    raw: 'id=1&title=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: [415, 422],
  },
  'another type': { raw: '<x/>', headers: { 'content-type': 'text/xml' }, status: [415, 422] },
  'an address as its id': { raw: '{"id":"http://169.254.169.254/","title":"x"}', status: [422] },
  'a number as its title': { raw: `{"id":"${newId()}","title":7}`, status: [422] },
}

describe('a body that is', () => {
  it.each(Object.keys(bodies))('%s is refused with a code', async (name) => {
    const { raw, headers = json, status } = bodies[name]!
    const { ask, people } = target()
    const answer = await ask('POST', conversations, { token: people.owner.token, raw, headers })
    expect(status, JSON.stringify(answer.body)).toContain(answer.status)
    expect(answer.code).toMatch(/^request\./)
    expect(JSON.stringify(answer.body)).not.toMatch(/at .*\.ts|node_modules|stack/)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('more than its fields does not set them', async () => {
    const { ask, people } = target()
    const token = people.outsider.token
    for (const extra of [
      { isAdmin: true },
      { id: people.owner.id },
      { email: 'root@example.org' },
      { deletedAt: null },
    ]) {
      const answer = await ask('PATCH', '/api/v1/me', { token, body: { name: 'Eve', ...extra } })
      expect(answer).toMatchObject({ status: 422, code: 'request.invalid' })
    }
    expect((await ask('GET', '/api/v1/me', { token })).body).toMatchObject({
      id: people.outsider.id,
      email: people.outsider.email,
    })
  })
})

describe('text that is', () => {
  const texts: [string, string][] = [
    ['a NUL', 'a\u0000b'],
    ['a lone surrogate', 'a\ud800b'],
    ['control characters', 'a\u001b[31mb\u0008'],
    ['a line of a log', 'x\n{"level":60,"msg":"forged"}'],
    ['SQL', "'; drop table users; --"],
    ['a template', '<%= process.exit(1) %>{{7*7}}'],
  ]
  it.each(texts)('%s is stored as it is, or refused, and reads the same for all', async (_name, text) => {
    const { ask, people, conversation, live } = target()
    const renamed = await ask('PATCH', '/api/v1/me', { token: people.outsider.token, body: { name: text } })
    expect([200, 422]).toContain(renamed.status)
    const owners = await live(people.owner)
    const id = newId()
    const answer = await owners.command({ type: 'send', id, conversation, content: text })
    expect(answer.type === 'ack' || answer.code === 'frame.invalid').toBe(true)
    const page = await ask('GET', `${conversations}/${conversation}/messages`, { token: people.viewer.token })
    expect(page.status).toBe(200)
    if (answer.type === 'ack') {
      const stored = (page.body.messages as { id: string; content: string }[]).find((message) => message.id === id)
      expect(stored?.content).toBe(text.toWellFormed().replaceAll('\u0000', ''))
    }
    owners.socket.close()
  })
})

describe('a search for', () => {
  const wanted: [string, string][] = [
    ['operators', 'heliotrope & | ! <-> :* ()'],
    ['quotes', `"helio' OR '1'='1`],
    ['wildcards', '%_%*?'],
    ['a regular expression', '(a+)+$'.repeat(20)],
    ['SQL', "'); select pg_sleep(10); --"],
    ['a backslash', '\\'],
    ['a thousand words', 'a '.repeat(200)],
  ]
  it.each(wanted)('%s finds words and does nothing else', async (_name, q) => {
    const { ask, people } = target()
    const startedAt = performance.now()
    const answer = await ask('GET', `/api/v1/search?q=${encodeURIComponent(q)}`, { token: people.outsider.token })
    expect([200, 422]).toContain(answer.status)
    expect(JSON.stringify(answer.body)).not.toContain('launch code')
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})

describe('an address', () => {
  const addresses: [string, string][] = [
    ['out of its folder', '/../../../../etc/passwd'],
    ['out of its folder, encoded', '/%2e%2e/%2e%2e/%2e%2e/etc/passwd'],
    ['out of its folder, encoded twice', '/assets/%252e%252e%252f%252e%252e%252fpackage.json'],
    ['with backslashes', '/assets\\..\\..\\package.json'],
    ['with a NUL', '/assets/%00/package.json'],
    ['of the services’ own interface', '/internal/findCredentials'],
    ['of the services’ own interface, below ours', '/api/v1/../../internal/findCredentials'],
    ['of the counters of a service', '/api/metrics'],
  ]
  it.each(addresses)('%s leads to nothing', async (_name, path) => {
    const { origin } = target()
    const { port } = new URL(origin)
    // As it stands: fetch would put it right.
    const text = await new Promise<string>((resolve, reject) => {
      const asking = httpRequest({ host: '127.0.0.1', port, path, method: 'GET' }, (response) => {
        let body = `${response.statusCode} `
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () => resolve(body))
      })
      asking.on('error', reject)
      asking.end()
    })
    expect(text).not.toMatch(/root:|"workspaces"|passwordHash|# HELP/)
    expect(text).toMatch(/^(200 <!doctype html>|4\d\d )/i) // the page, which then knows no such place
  })
})

describe('a socket', () => {
  it.each([
    ['ten megabytes', 'a'.repeat(10 * 1024 ** 2)],
    ['a frame that is just too long', 'a'.repeat(limits.frameBytes + 1)],
  ])('that sends %s is told or ended', async (_name, frame) => {
    const { live, people } = target()
    const { socket, frames, closes } = await live(people.outsider)
    socket.send(frame)
    const end = await Promise.race([
      frames.until('a refusal', ({ type }) => type === 'error'),
      closes.until('the end', () => true),
    ])
    expect(end).toMatchObject('type' in end ? { code: 'frame.too_large' } : { code: expect.any(Number) })
    socket.terminate()
  })

  it('that begins a message and never ends it takes nothing from others', async () => {
    const { live, people, stillServes } = target()
    const open = await Promise.all(Array.from({ length: 20 }, () => live(people.outsider)))
    for (const { socket } of open) socket.send('{"type":"se', { fin: false })
    await stillServes()
    for (const { socket } of open) socket.terminate()
  })

  it('that says nothing but hello is one of many, and the page is still served', async () => {
    const { port } = new URL(target().origin)
    const halfOpen = await Promise.all(
      Array.from(
        { length: 1_000 },
        () =>
          new Promise<ReturnType<typeof openTcp>>((resolve) => {
            const socket = openTcp(Number(port), '127.0.0.1', () => {
              socket.write('GET /ws?ticket=a HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n')
              resolve(socket)
            })
            socket.on('error', () => resolve(socket))
          }),
      ),
    )
    await target().stillServes()
    for (const socket of halfOpen) socket.destroy()
  })

  it('cannot be made to read what is another’s by names that objects have', async () => {
    const { live, people } = target()
    const { socket, command } = await live(people.outsider)
    for (const type of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(await command({ type })).toMatchObject({ type: 'error', code: 'command.unknown' })
    }
    socket.close()
  })
})

describe('an invite', () => {
  it('cannot be guessed', async () => {
    const { ask, people } = target()
    const { token } = people.outsider
    const guesses = Array.from({ length: 50 }, (_, at) => Buffer.alloc(32, at).toString('base64url'))
    for (const guess of [...guesses, '%', '..', 'a'.repeat(100)]) {
      const answer = await ask('POST', `/api/v1/invites/${encodeURIComponent(guess)}/accept`, { token })
      expect([404, 422]).toContain(answer.status)
    }
  })

  it('for one lets one in, however many come at the same time', async () => {
    const { ask, people, signUp, createConversation } = target()
    const conversation = await createConversation(people.owner)
    const { token } = people.owner
    const invite = await ask('POST', `${conversations}/${conversation}/invites`, {
      token,
      body: { role: 'member', maxUses: 1 },
    })
    const guests = await Promise.all(Array.from({ length: 8 }, (_, n) => signUp(`Guest ${n}`)))
    const answers = await Promise.all(
      guests.map((guest) => ask('POST', `/api/v1/invites/${invite.body.token}/accept`, { token: guest.token })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 'invite.not_found')).toHaveLength(7)
  })
})

describe('two owners', () => {
  it('who take each other’s role at the same time leave one of them', async () => {
    const { ask, people, createConversation } = target()
    const { owner, member } = people
    for (let round = 0; round < 5; round += 1) {
      const conversation = await createConversation(owner, [member, 'member'])
      const put = (by: typeof owner, of: typeof owner, role: string) =>
        ask('PATCH', `${conversations}/${conversation}/members/${of.id}`, { token: by.token, body: { role } })
      expect((await put(owner, member, 'owner')).status).toBe(200)
      await Promise.all([put(owner, member, 'viewer'), put(member, owner, 'viewer')])
      const { body } = await ask('GET', `${conversations}/${conversation}`, { token: owner.token })
      const roles = (body.members as { role: string }[]).map(({ role }) => role)
      expect(roles.filter((role) => role === 'owner')).toHaveLength(1)
    }
  })
})
