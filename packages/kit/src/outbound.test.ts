import dns from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createOutbound, mayHave } from './outbound.ts'

let server: Server
let asked: string[]
beforeAll(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/there') response.end('here')
    else response.writeHead(302, { location: `http://127.0.0.1:${portOf()}/secret` }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())
const portOf = () => (server.address() as AddressInfo).port

describe('a host', () => {
  it.each([
    ['api.example.org', '93.184.216.34', true],
    ['api.example.org', '2606:2800:220:1::1', true],
    ['localhost', '127.0.0.1', true],
    ['ollama', '172.18.0.3', true],
    ['host.docker.internal', '192.168.65.2', true],
    ['192.168.1.5', '192.168.1.5', true],
    ['api.example.org', '127.0.0.1', false],
    ['api.example.org', '10.1.2.3', false],
    ['api.example.org', '::1', false],
    ['api.example.org', 'fd12::1', false],
    ['api.example.org', '::ffff:127.0.0.1', false],
    ['api.example.org', '::ffff:7f00:1', false],
    ['ollama', '169.254.169.254', false],
    ['localhost', '::ffff:169.254.169.254', false],
    ['169.254.169.254', '169.254.169.254', false],
    ['fe80::1', 'fe80::1', false],
    ['0.0.0.0', '0.0.0.0', false],
  ])('%s may have the address %s: %s', (host, address, may) => {
    expect(mayHave(host, address)).toBe(may)
  })

  it('may be inside by its name where that is said', () => {
    const trusted = { hosts: ['models.example.org'] }
    expect(mayHave('models.example.org', '10.0.0.5', trusted)).toBe(true)
    expect(mayHave('models.example.org', '169.254.169.254', trusted)).toBe(false)
  })
})

describe('a call', () => {
  it('goes where the settings say, and nowhere on from there', async () => {
    const fetch = createOutbound().fetchFor(`http://localhost:${portOf()}`)
    expect(await (await fetch(`http://localhost:${portOf()}/there`)).text()).toBe('here')
    await expect(fetch(`http://localhost:${portOf()}/elsewhere`)).rejects.toThrow()
    expect(asked).toEqual(['/there', '/elsewhere'])
  })

  it('is made inside only to what the settings name, not to what that names', async () => {
    const fetch = createOutbound().fetchFor('https://accounts.example.org')
    const before = asked.length
    for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433']) {
      await expect(fetch(`http://${host}:${portOf()}/there`), host).rejects.toThrow()
    }
    expect(asked.length).toBe(before)
  })

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:169.254.169.254]/latest/meta-data/',
    'http://0xa9.0xfe.0xa9.0xfe/latest/meta-data/',
    'http://2852039166/latest/meta-data/',
    'http://0.0.0.0/',
  ])('is not made to %s', async (url) => {
    const { fetchFor, require } = createOutbound()
    await expect(fetchFor(url)(url)).rejects.toThrow('not to be called')
    expect(() => require(url, 'OPENAI_BASE_URL')).toThrow('OPENAI_BASE_URL')
  })

  it('is not made to a name as of outside that is turned to somewhere inside', async () => {
    const turned = vi
      .spyOn(dns, 'lookup')
      .mockImplementation(((_host: string, _options: object, told: Told) =>
        told(null, [{ address: '127.0.0.1', family: 4 }])) as never)
    const before = asked.length
    const call = (privateHosts: string[]) =>
      createOutbound(privateHosts).fetchFor('http://models.example.org')(`http://models.example.org:${portOf()}/there`)
    await expect(call([])).rejects.toThrow()
    expect(asked.length).toBe(before)
    expect((await call(['models.example.org'])).status).toBe(200)
    turned.mockRestore()
  })
})

type Told = (error: null, addresses: { address: string; family: number }[]) => void
