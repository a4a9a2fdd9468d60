import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOutbound } from '@parley/kit'
import { createTestLogger } from '@parley/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPassword, hashPassword, requireUnleaked } from './password.ts'

const leaked = 'correct horse battery staple'
const digest = createHash('sha1').update(leaked).digest('hex').toUpperCase()
let server: Server
let asked: string[]
let away = false

beforeAll(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (away) response.writeHead(503).end()
    else response.end(`${'0'.repeat(35)}:3\r\n${digest.slice(5)}:42\r\n${'F'.repeat(35)}:0`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())

function deps() {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`
  return { leaked: { url, fetch: createOutbound().fetchFor(url) }, log: createTestLogger() }
}

describe('a password', () => {
  it('belongs to its hash, however its letters are composed, and to none where there is none', async () => {
    const hash = await hashPassword('pässword of Ada')
    expect(await checkPassword('pässword of Ada'.normalize('NFD'), hash)).toBe(true)
    expect(await checkPassword('password of Ada', hash)).toBe(false)
    expect(await checkPassword('pässword of Ada', undefined)).toBe(false)
  })

  it('that has leaked is refused, and the list learns five letters of its hash', async () => {
    await expect(requireUnleaked(deps(), leaked)).rejects.toMatchObject({ code: 'auth.password_leaked' })
    expect(asked).toEqual([`/range/${digest.slice(0, 5)}`])
    await requireUnleaked(deps(), 'another horse battery')
  })

  it('is taken while the list is away, and where there is none', async () => {
    away = true
    await requireUnleaked(deps(), leaked)
    away = false
    await requireUnleaked({ ...deps(), leaked: undefined }, leaked)
  })
})
