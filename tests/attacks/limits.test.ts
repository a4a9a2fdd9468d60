import { newId } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTarget, type Target } from './target.ts'

const [sendsPerMinute, socketsPerUser, ticketsPerMinute, searchesPerMinute, signInsPerMinute] = [200, 10, 300, 300, 60]
const namesPerHour = 20

/** Attacks by sheer number: whoever does too much is told when to go on, and nobody else notices. */
describe('whoever does too much', () => {
  let target: Target
  beforeAll(async () => {
    target = await startTarget({ sendsPerMinute, maxSocketsPerUser: socketsPerUser })
  })
  afterEach(() => target.stillServes())
  afterAll(() => target.stop())

  it('writes so many messages in a minute, and then waits', async () => {
    const eve = await target.signUp('Eve')
    const conversation = await target.createConversation(eve)
    const { command, socket } = await target.live(eve)
    const spam = () => command({ type: 'send', id: newId(), conversation, content: 'spam' })
    const answers = []
    // A few at a time: too many under way at once would be refused for that. The minute may turn in between, once.
    for (let n = 0; n < 2 * sendsPerMinute + 20; n += 20) {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, spam))))
    }
    const refused = answers.filter(({ type }) => type === 'error')
    expect(refused.length).toBeGreaterThanOrEqual(20)
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(sendsPerMinute)
    for (const answer of refused)
      expect(answer).toMatchObject({ code: 'rate.limited', retryAfterMs: expect.any(Number) })
    socket.close()
  })

  it('opens so many sockets, and no more until one is closed', async () => {
    const eve = await target.signUp('Eve')
    const open = []
    for (let n = 0; n < socketsPerUser; n += 1) open.push(await target.live(eve))
    const { frames, closes } = await target.connect(await target.ticketOf(eve))
    expect((await closes.until('the end', () => true)).code).toBe(1013)
    expect(frames.items).toEqual([])
    open[0]!.socket.close()
    await open[0]!.closes.until('its end', () => true)
    await expect
      .poll(
        async () => {
          const again = await target.connect(await target.ticketOf(eve))
          const first = await Promise.race([
            again.frames.until('the welcome', ({ type }) => type === 'welcome'),
            again.closes.until('the end', () => true),
          ])
          again.socket.close()
          return 'type' in first
        },
        { timeout: 10_000 },
      )
      .toBe(true)
    for (const { socket } of open) socket.close()
  })

  it.each([
    ['asks for sockets', ticketsPerMinute, ['POST', '/api/v1/tickets', undefined]],
    ['searches', searchesPerMinute, ['GET', '/api/v1/search?q=a', undefined]],
    ['takes a new name', namesPerHour, ['PATCH', '/api/v1/me', { name: 'Eve again' }]],
  ] as const)('%s so often, and is told when to again', async (_name, most, [method, path, body]) => {
    const { token } = await target.signUp('Eve')
    const answers = []
    for (let n = 0; n < 2 * most + 10; n += 50) {
      answers.push(...(await Promise.all(Array.from({ length: 50 }, () => target.ask(method, path, { token, body })))))
    }
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ code: 'rate.limited' })
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answers.every(({ status }) => status === 429 || status < 300)).toBe(true)
  })

  it('guesses passwords so often in a minute, and the owner of the account is in again a minute later', async () => {
    const { people, ask } = target
    const guess = () =>
      ask('POST', '/api/v1/sessions', { body: { email: people.viewer.email, password: 'wrong horse battery' } })
    const answers = await Promise.all(Array.from({ length: signInsPerMinute }, guess))
    const refused = answers.filter(({ code }) => code === 'rate.limited')
    expect(refused.length).toBeGreaterThanOrEqual(signInsPerMinute - 2 * 10)
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    // Whoever is signed in is not touched.
    expect((await ask('GET', '/api/v1/me', { token: people.viewer.token })).status).toBe(200)
  })
})
