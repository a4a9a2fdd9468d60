import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { commands, newId } from '@parley/protocol'
import { createRecorder } from '@parley/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createInvention, type Schema } from './invention.ts'
import { withTarget } from './suite.ts'

const frameCount = Number(process.env.FUZZ_FRAMES ?? 100_000)
const requestCount = Number(process.env.FUZZ_REQUESTS ?? 20_000)
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const atOnce = 200
const heapGrowthMib = 48

const codes = createRecorder<string>()
const target = withTarget({ tellSetupCode: codes.push })

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapMib(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1024 ** 2
}

/** Frames that are none, nearly one, or one with other things in it. */
function frames(conversation: string, message: string): fc.Arbitrary<string> {
  const id = fc.oneof(fc.constant(conversation), fc.constant(message), fc.uuid(), fc.string({ maxLength: 40 }))
  const odd = fc.oneof(
    id,
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  )
  const value = fc.oneof(
    { weight: 5, arbitrary: odd },
    fc.array(odd, { maxLength: 5 }),
    fc.dictionary(fc.string(), odd, { maxKeys: 4 }),
  )
  const names = [
    'id',
    'type',
    'conversation',
    'message',
    'content',
    'since',
    'seq',
    'emoji',
    'on',
    'model',
    'instead',
    '__proto__',
  ]
  const fields = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8, noNullPrototype: false })
  const type = fc.constantFrom(...Object.keys(commands))
  const near = fc
    .record({ type, fields, id, conversation: id, message: id })
    .map(({ fields, ...rest }) => JSON.stringify({ ...rest, ...fields, type: rest.type }))
  const cut = fc.tuple(near, fc.nat(80)).map(([text, at]) => text.slice(0, at))
  const flipped = fc
    .tuple(near, fc.nat(200), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1))
  return fc.oneof(
    { weight: 4, arbitrary: near },
    cut,
    flipped,
    fc.json(),
    fc.string({ unit: 'binary', maxLength: 300 }),
  )
}

describe('whatever comes', () => {
  it(`over a socket (${frameCount} frames): it is answered, nothing of others is told, and memory stays`, async () => {
    const { live, people, conversation, said } = target()
    const { socket, frames: heard, closes } = await live(people.outsider)
    const all = fc.sample(frames(conversation, said.owner), { numRuns: frameCount, seed })
    const before = heapMib()
    let told = ''
    for (let at = 0; at < all.length; at += atOnce) {
      for (const frame of all.slice(at, at + atOnce)) socket.send(frame)
      const id = newId()
      socket.send(JSON.stringify({ type: 'ping', id }))
      await heard.until(`a pong after frame ${at} (seed ${seed})`, (frame) => frame.type === 'pong' && frame.id === id)
      told = JSON.stringify(heard.items.filter(({ type }) => type !== 'error' && type !== 'pong' && type !== 'ack'))
      expect(told, `seed ${seed}`).not.toMatch(/heliotrope|Secret plans/)
      expect(
        heard.items.every((frame) => frame.type !== 'error' || frame.code !== 'internal'),
        `seed ${seed}`,
      ).toBe(true)
      heard.items.length = 0
    }
    expect(closes.items).toEqual([])
    expect(heapMib() - before, `seed ${seed}`).toBeLessThan(heapGrowthMib)
    socket.close()
  }, 300_000)

  it(`by REST (${requestCount} requests made of its own description): it is never at fault`, async () => {
    const { ask, signUp, conversation, said } = target()
    const { body } = await ask('GET', '/api/openapi.json')
    const operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods)
          .filter(([method]) => !endsSession.has(`${method} ${path}`))
          .map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
    )
    expect(operations.length).toBeGreaterThan(30)
    const guests = await Promise.all(Array.from({ length: 16 }, (_, n) => signUp(`Guest ${n}`)))
    // One of them may do everything that there is.
    const code = await codes.until('the setup code', () => true)
    await ask('POST', '/api/v1/setup', { token: guests[1]!.token, body: { code } })
    const invention = createInvention(seed, [conversation, said.owner, guests[0]!.id, newId()])
    const met = new Map<number, number>()

    async function one(at: number): Promise<void> {
      const { path, method, parameters = [], requestBody } = invention.pick(operations)
      const place = (name: string) => parameters.find((each) => each.name === name && each.in === 'path')?.schema ?? {}
      const query = parameters.filter((each) => each.in === 'query' && invention.chance(0.7))
      const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => text(invention.valueFor(place(name))) || 'x')
      const search = query.map(({ name, schema }) => `${name}=${text(invention.valueFor(schema ?? {}))}`).join('&')
      const schema = requestBody?.content['application/json']?.schema
      const token = invention.chance(0.95) ? guests[at % guests.length]!.token : undefined
      const answer = await ask(method, `${filled}${search && `?${search}`}`, {
        token,
        ...(schema && { body: invention.valueFor(schema) ?? null }),
      })
      met.set(answer.status, (met.get(answer.status) ?? 0) + 1)
      const told = `${method} ${filled}?${search}: ${JSON.stringify(answer.body)} (seed ${seed})`
      expect(answer.status, told).toBeLessThan(500)
      if (answer.status >= 400) expect(String(answer.code), told).toMatch(/^[a-z_]+(\.[a-z_]+)?$/)
      expect(JSON.stringify(answer.body), told).not.toContain('heliotrope')
    }

    for (let at = 0; at < requestCount; at += 16) await Promise.all(Array.from({ length: 16 }, (_, n) => one(at + n)))
    // It has met with more than refusals, or it has tried nothing.
    expect([...met].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(
      requestCount / 50,
    )
  }, 300_000)
})

type Operation = {
  parameters?: { name: string; in: string; schema?: Schema }[]
  requestBody?: { content: Record<string, { schema?: Schema }> }
}

/** What would leave a guest without a session for the rest. */
const endsSession = new Set(['delete /api/v1/sessions', 'delete /api/v1/sessions/current'])

function text(value: unknown): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  return encodeURIComponent((written ?? '').toWellFormed())
}
