import type { ConversationState } from '@parley/client'
import { type AssistantSettings, type Message, newId, shownBranch } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMcpServer } from '../support/mcp-server.ts'
import { modelsOf, startParley } from '../support/parley.ts'
import { gather, type Person, signUp } from '../support/people.ts'
import { anthropic, openAi, providerSettings, type Step, startProvider } from '../support/provider.ts'

const over = ['complete', 'failed', 'stopped']
const say = (...words: string[]): Step[] => [...words.map((word) => ({ say: word })), { finish: 'stop' }]

const scripts: Record<string, Step[][]> = {
  'think and calculate': [
    [
      { think: 'Better to ' },
      { think: 'calculate.' },
      { call: 'calculator', input: { expression: '6 * 7' } },
      { finish: 'tool_calls' },
    ],
    say('It is ', '42.'),
  ],
  'look it up': [
    [{ say: 'I look. ' }, { call: 'library_lookup', input: { title: 'Emma' } }, { finish: 'tool_calls' }],
    say('Shelf 7.'),
  ],
  'use what hangs': [
    [{ call: 'library_hang', input: {} }, { finish: 'tool_calls' }],
    say('It does not answer, so I guess.'),
  ],
  'use what breaks': [[{ call: 'library_break', input: {} }, { finish: 'tool_calls' }], say('It broke.')],
  'use what is not there': [[{ call: 'nothing', input: {} }, { finish: 'tool_calls' }], say('It is not there.')],
  'write a long poem': [[{ say: 'First half, ' }, { finish: 'length' }], say('second half.')],
  'who are you': [say('The first.'), say('The second.'), say('The third.')],
  'what is red': [say('Roses.')],
  'what is blue': [say('Violets.')],
  'everybody, what do you think': [[{ waitMs: 300 }, ...say('A thought.')]],
}

describe.each([
  { name: 'OpenAI', dialect: openAi, env: (url: string) => ({ OPENAI_BASE_URL: url }) },
  {
    name: 'Anthropic',
    dialect: anthropic,
    env: (url: string) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'k' }),
  },
])('with a provider that speaks $name', ({ dialect, env }) => {
  let provider: Awaited<ReturnType<typeof startProvider>>
  let library: Awaited<ReturnType<typeof startMcpServer>>
  let parley: Awaited<ReturnType<typeof startParley>>
  let ada: Person
  let grace: Person
  beforeAll(async () => {
    provider = await startProvider(dialect, scripts)
    library = await startMcpServer()
    parley = await startParley({
      models: await modelsOf({
        ...providerSettings,
        MODELS: 'other',
        MCP_SERVERS: `library=${library.url}`,
        ...env(provider.url),
      }),
    })
    ada = await signUp(parley.url)
    grace = await signUp(parley.url, 'Grace')
  })
  afterAll(async () => {
    await parley.stop()
    await provider.close()
    await library.close()
  })

  async function converse(people = [ada], assistant: 'always' | 'mention' = 'always') {
    const conversation = await gather(people, assistant)
    const tabs = people.map((person) => person.connect())
    const followers = tabs.map((tab) => tab.follow(conversation))
    for (const follower of followers) await follower.until('the state', () => true)
    const [tab, follower] = [tabs[0]!, followers[0]!]
    const shown = (state: ConversationState = follower.state) => shownBranch(state.messages, state.tip)
    const request = (command: object) => tab.connection.request({ conversation, ...command } as never)
    return {
      conversation,
      tab,
      follower,
      followers,
      shown,
      request,
      close: () => {
        for (const each of tabs) each.close()
      },
      send: (content: string, more: object = {}) => request({ type: 'send', id: newId(), content, ...more }),
      /** Waits for the shown branch to end in replies that have ended. */
      async answered(text: string): Promise<Message> {
        const state = await follower.until(`the answer “${text}”`, (next) => {
          const last = shown(next).at(-1)
          return over.includes(last?.reply?.status ?? '') && last!.content === text
        })
        return shown(state).at(-1)!
      },
      texts: (state?: ConversationState) => shown(state).map(({ content }) => content),
    }
  }

  it('streams and stores what it thinks and which tools it calls, and tells it what they said', async () => {
    const talk = await converse()
    await talk.send('think and calculate')
    const reply = await talk.answered('It is 42.')
    expect(reply.parts).toEqual([
      { type: 'reasoning', text: 'Better to calculate.' },
      {
        type: 'tool',
        call: expect.any(String),
        name: 'calculator',
        input: '{"expression":"6 * 7"}',
        state: 'done',
        output: '42',
      },
      { type: 'text', text: 'It is 42.' },
    ])
    expect(reply.reply).toMatchObject({ usage: { inputTokens: 14, outputTokens: 10, cachedTokens: 6 } })
    const told = talk.tab.frames.items.flatMap((frame) => (frame.type === 'delta' ? [frame] : []))
    expect(told.every(({ offset }, at) => offset === told.slice(0, at).reduce((sum, { text }) => sum + text.length, 0)))
    const second = JSON.stringify(provider.asked.filter(({ question }) => question === 'think and calculate')[1]!.body)
    expect(second).toContain('42')
    const { messages } = await ada.api.page(talk.conversation)
    expect(messages.at(-1)).toEqual(reply)
    talk.close()
  })

  it('uses the tools of an MCP server', async () => {
    const talk = await converse()
    await talk.send('look it up')
    const reply = await talk.answered('I look.\n\nShelf 7.')
    expect(reply.parts?.[1]).toMatchObject({ name: 'library_lookup', output: '“Emma” stands on shelf 7.' })
    talk.close()
  })

  it.each([
    { asked: 'use what hangs', problem: 'It did not answer within 0.5 s.', said: 'It does not answer, so I guess.' },
    { asked: 'use what breaks', problem: 'The shelf fell over.', said: 'It broke.' },
    { asked: 'use what is not there', problem: 'There is no tool nothing.', said: 'It is not there.' },
  ])('goes on when a tool fails: $asked', async ({ asked, problem, said }) => {
    const talk = await converse()
    await talk.send(asked)
    const { parts } = await talk.answered(said)
    expect(parts?.[0]).toMatchObject({ type: 'tool', state: 'failed', output: expect.stringContaining(problem) })
    talk.close()
  })

  it('goes on with a reply that reached the length limit', async () => {
    const talk = await converse()
    await talk.send('write a long poem')
    const { id, reply } = await talk.answered('First half, ')
    expect(reply).toMatchObject({ status: 'complete', cut: true })
    await talk.request({ type: 'continue', id: newId(), message: id })
    const whole = await talk.answered('First half, second half.')
    expect(whole.id).toBe(id)
    expect(whole.reply).not.toHaveProperty('cut')
    talk.close()
  })

  it('writes a reply again, with another model, on a branch that everybody sees', async () => {
    const talk = await converse([ada, grace])
    await talk.send('who are you')
    const first = await talk.answered('The first.')
    await talk.send('what is red')
    await talk.answered('Roses.')
    const before = talk.texts()
    const id = newId()
    await talk.request({ type: 'regenerate', id, message: first.id, model: 'other' })
    const second = await talk.answered('The second.')
    expect(second).toMatchObject({ id, model: 'other', parent: first.parent })
    expect(talk.texts()).toEqual(['who are you', 'The second.'])
    expect(provider.asked.at(-1)!.body).toMatchObject({ model: 'other' })

    await talk.request({ type: 'choose', id: newId(), message: first.id })
    const others = await talk.followers[1]!.until('the first version', (state) => talk.texts(state).includes('Roses.'))
    expect(talk.texts(others)).toEqual(before)
    const late = grace.connect()
    const follower = late.follow(talk.conversation)
    expect(talk.texts(await follower.until('the state', () => true))).toEqual(before)
    late.close()
    talk.close()
  })

  it('asks again in other words, and goes on from there', async () => {
    const talk = await converse()
    await talk.send('what is red')
    await talk.answered('Roses.')
    const prompt = talk.shown()[0]!
    await talk.send('what is blue', { instead: prompt.id })
    await talk.answered('Violets.')
    expect(talk.texts()).toEqual(['what is blue', 'Violets.'])
    await talk.send('who are you')
    await talk.follower.until('the next answer', (state) => talk.shown(state).length === 4)
    const [, ...said] = (provider.asked.at(-1)!.body as { messages: { role: string }[] }).messages
    expect(JSON.stringify(said)).not.toContain('red')
    await talk.request({ type: 'choose', id: newId(), message: prompt.id })
    await talk.follower.until('the first branch', (state) => talk.texts(state).join() === 'what is red,Roses.')
    talk.close()
  })

  it('answers as each assistant that is addressed, at the same time, with its own model and instructions', async () => {
    const talk = await converse([ada, grace], 'mention')
    const settings = (handle: string, more: object = {}): AssistantSettings => ({
      handle,
      name: handle,
      mode: 'mention',
      instructions: `You are the ${handle}.`,
      ...more,
    })
    const [editor, critic] = [newId(), newId()]
    await ada.api.putAssistant(talk.conversation, editor, settings('editor', { temperature: 0.5 }))
    await grace.api.putAssistant(talk.conversation, critic, settings('critic', { model: 'other' }))
    await expect(ada.api.putAssistant(talk.conversation, newId(), settings('critic'))).rejects.toMatchObject({
      code: 'assistant.handle_taken',
    })
    const from = provider.asked.length
    await talk.send('@editor and @critic, everybody, what do you think')
    const streaming = await talk.follower.until(
      'both at the same time',
      ({ messages }) => messages.filter(({ reply }) => reply?.status === 'streaming').length === 2,
    )
    expect(streaming.messages.filter(({ role }) => role === 'assistant').map(({ assistant }) => assistant)).toEqual([
      editor,
      critic,
    ])
    await talk.follower.until(
      'both ends',
      ({ messages }) => messages.filter(({ reply }) => reply?.status === 'complete').length === 2,
    )
    const bodies = provider.asked.slice(from).map(({ body }) => JSON.stringify(body))
    expect(
      bodies.filter((body) => body.includes('You are the editor.') && body.includes('"temperature":0.5')),
    ).toHaveLength(1)
    expect(
      bodies.filter((body) => body.includes('You are the critic.') && body.includes('"model":"other"')),
    ).toHaveLength(1)

    await ada.api.removeAssistant(talk.conversation, critic)
    await talk.send('@critic, are you there? what is red')
    await talk.send('what is blue')
    const state = await talk.follower.until('the last', ({ messages }) => messages.at(-1)?.content === 'what is blue')
    expect(
      state.messages.filter(({ role }) => role === 'assistant'),
      'nobody answers any more',
    ).toHaveLength(2)
    talk.close()
  })
})
