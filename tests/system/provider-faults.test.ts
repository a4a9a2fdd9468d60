import { newId, type ReplyErrorCode, replyErrors } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelsOf, startParley } from '../support/parley.ts'
import { gather, type Person, signUp } from '../support/people.ts'
import { anthropic, openAi, providerSettings, type Step, startProvider } from '../support/provider.ts'

const good: Step[] = [{ say: 'Hello, ' }, { say: 'world.' }, { finish: 'stop' }]
const silence: Step = { waitMs: 3_000 }
const key = 'a-key-that-nobody-may-see'

type Row = {
  /** What the provider does with the first request, the second, … and all after the last. */
  script: Step[][]
  ends: 'complete' | ReplyErrorCode
  requests: number
  text?: string
}

/** The table of docs/replies.md, row by row. */
const faults: Record<string, Row> = {
  'answers well': { script: [good], ends: 'complete', requests: 1, text: 'Hello, world.' },
  'reaches the length limit': {
    script: [[{ say: 'Long' }, { finish: 'length' }]],
    ends: 'complete',
    requests: 1,
    text: 'Long',
  },
  'is busy, and says for how long': {
    script: [[{ status: 429, headers: { 'retry-after': '1' } }], good],
    ends: 'complete',
    requests: 2,
  },
  'is busy for too long': {
    script: [[{ status: 429, headers: { 'retry-after': '3600' } }]],
    ends: 'provider.rate_limited',
    requests: 1,
  },
  'stays busy': { script: [[{ status: 429 }]], ends: 'provider.rate_limited', requests: 3 },
  'has a problem once': { script: [[{ status: 503 }], good], ends: 'complete', requests: 2 },
  'has a problem that stays': { script: [[{ status: 500 }]], ends: 'provider.unavailable', requests: 3 },
  'never begins': { script: [[silence]], ends: 'provider.timeout', requests: 3 },
  'falls silent in the middle': {
    script: [[{ say: 'Hel' }, silence]],
    ends: 'provider.stalled',
    requests: 3,
    text: 'Hel',
  },
  'breaks the connection once': {
    script: [[{ say: 'Hel' }, { cut: true }], good],
    ends: 'complete',
    requests: 2,
    text: 'Hello, world.',
  },
  'breaks the connection always': { script: [[{ say: 'Hel' }, { cut: true }]], ends: 'provider.cut', requests: 3 },
  'sends what is not JSON': {
    script: [[{ say: 'Hel' }, { raw: 'data: {"choices": [{\n\n' }]],
    ends: 'provider.malformed',
    requests: 3,
  },
  'filters the content': {
    script: [[{ say: 'Hel' }, { finish: 'content_filter' }]],
    ends: 'provider.content_filter',
    requests: 1,
  },
  'finds the prompt too long': {
    script: [
      [
        {
          status: 400,
          body: {
            error: { message: 'This model’s maximum context length is 8192 tokens.', code: 'context_length_exceeded' },
          },
        },
      ],
    ],
    ends: 'context.too_long',
    requests: 1,
  },
  'does not know the model': { script: [[{ status: 404 }]], ends: 'model.unknown', requests: 1 },
  'refuses the key': {
    script: [[{ status: 401, body: { error: { message: `Incorrect API key: ${key}` } } }]],
    ends: 'provider.key_refused',
    requests: 1,
  },
  'refuses for another reason': { script: [[{ status: 400 }]], ends: 'provider.failed', requests: 1 },
}

describe.each([
  { name: 'OpenAI', dialect: openAi, env: (url: string) => ({ OPENAI_BASE_URL: url, OPENAI_API_KEY: key }) },
  {
    name: 'Anthropic',
    dialect: anthropic,
    env: (url: string) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key }),
  },
])('a provider that speaks $name', ({ dialect, env }) => {
  let provider: Awaited<ReturnType<typeof startProvider>>
  let parley: Awaited<ReturnType<typeof startParley>>
  let ada: Person
  beforeAll(async () => {
    provider = await startProvider(dialect, {
      ...Object.fromEntries(Object.entries(faults).map(([name, { script }]) => [name, script])),
      'is stopped': [[{ say: 'Hello' }, { waitMs: 400 }, { say: ', ' }, { waitMs: 400 }, { say: 'world' }, silence]],
    })
    parley = await startParley({ models: await modelsOf({ ...providerSettings, ...env(provider.url) }) })
    ada = await signUp(parley.url)
  })
  afterAll(async () => {
    await parley.stop()
    await provider.close()
  })

  async function ask(question: string) {
    const conversation = await gather([ada], 'always')
    const tab = ada.connect()
    const follower = tab.follow(conversation)
    await follower.until('the state', () => true)
    await tab.connection.request({ type: 'send', id: newId(), conversation, content: question })
    return { tab, follower, conversation }
  }

  it.concurrent.each(Object.entries(faults))('which %s', async (name, { ends, requests, text }) => {
    const { tab, follower } = await ask(name)
    const over = ['complete', 'failed', 'stopped']
    const end = await follower.until(
      'the end',
      ({ messages }) => over.includes(messages.at(-1)?.reply?.status ?? ''),
      30_000,
    )
    const { reply, content } = end.messages.at(-1)!
    if (ends === 'complete') expect(reply).toMatchObject({ status: 'complete', usage: { outputTokens: 5 } })
    else expect(reply).toEqual({ status: 'failed', code: ends, reason: replyErrors[ends].words })
    if (text !== undefined) expect(content).toBe(text)
    expect(provider.asked.filter(({ question }) => question === name)).toHaveLength(requests)
    const shown = JSON.stringify([tab.frames.items, end])
    expect(shown).not.toContain(key)
    expect(shown).not.toContain(new URL(provider.url).host)
    tab.close()
  })

  it('whose reply is stopped, is asked no more', async () => {
    const { tab, follower, conversation } = await ask('is stopped')
    const writing = await follower.until('the first word', ({ live }) =>
      Object.values(live).some(({ text }) => text !== ''),
    )
    const stoppedAt = Date.now()
    await tab.connection.request({ type: 'stop', conversation, message: writing.messages.at(-1)!.id })
    const end = await follower.until('the end', ({ messages }) => messages.at(-1)?.reply?.status === 'stopped')
    expect(Date.now() - stoppedAt).toBeLessThan(500)
    expect(end.messages.at(-1)!.content).toMatch(/^Hello/)
    await expect.poll(() => provider.asked.find(({ question }) => question === 'is stopped')?.closed).toBe(true)
    tab.close()
  })
})
