import { newId } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

const end = { status: 'complete' as const, cut: false }
/** About 100 tokens by history's estimate. */
const long = (name: string) => `${name} ${'.'.repeat(400 - name.length)}`

async function talk(contextTokens: number, assistant: 'always' | 'mention' = 'always') {
  const { id: conversation, owner } = await parley.conversation({ assistant })
  const { history } = parley
  const at = { actor: owner, conversation }
  const reply = async () => (await history.pageMessages({ ...at, limit: 1 })).messages[0]!

  async function claim(content: string) {
    await history.appendMessages({ messages: [{ id: newId(), conversation, author: owner, content }] })
    const { id: message } = await reply()
    const models = [{ name: 'demo', contextTokens }]
    return { message, claim: await history.claimReply({ conversation, message, models, leaseMs: 60_000 }) }
  }

  return {
    conversation,
    at,
    reply,
    claim,
    async turn(name: string) {
      const { message, claim: held } = await claim(long(`${name}?`))
      const { attempt } = held
      await history.finishReply({ conversation, message, attempt, transcript: long(`${name}!`), end })
      return held
    },
  }
}

const names = (messages: { content: string }[]) => messages.map(({ content }) => content.split(' ')[0])

describe('what a model gets to read', () => {
  it('is the newest turns, whole, and what is left out is told', async () => {
    const { turn, claim, reply } = await talk(800)
    for (const name of ['a', 'b', 'c', 'd']) await turn(name)
    const { claim: held } = await claim('and now?')
    expect(names(held.messages)).toEqual(['b?', 'b!', 'c?', 'c!', 'd?', 'd!', 'and'])
    expect(names(held.overflow!.messages)).toEqual(['a?', 'a!'])
    expect(held).not.toHaveProperty('summary')
    expect((await reply()).leftOut).toEqual({ messages: 2, summarised: false })
  })

  it('begins with the summary of what was before, which goes on from the one before', async () => {
    const { turn, claim, reply, conversation } = await talk(800)
    for (const name of ['a', 'b', 'c', 'd']) await turn(name)
    const { overflow } = await turn('e')
    expect(names(overflow!.messages)).toEqual(['a?', 'a!', 'b?', 'b!'])
    const { until, covers } = overflow!
    await parley.history.keepSummary({ conversation, until, covers, content: 'In short: a and b.' })
    await turn('f')
    expect((await reply()).leftOut).toEqual({ messages: 4, summarised: true })
    const next = await turn('g')
    expect(next.summary).toBe('In short: a and b.')
    expect(names(next.overflow!.messages)).toEqual(['c?', 'c!', 'd?', 'd!'])
    expect(names(next.messages)).toEqual(['e?', 'e!', 'f?', 'f!', 'g?'])
    expect(next.overflow!.covers).toBe(8)
    expect((await reply()).leftOut).toEqual({ messages: 8, summarised: true })
    const summary = { content: 'In short: a to d.', until: next.overflow!.until, covers: 8 }
    await parley.history.keepSummary({ conversation, ...summary })
    const { claim: last } = await claim('and now?')
    expect(last.summary).toBe('In short: a to d.')
  })

  it('is the newest of what people said among themselves before they asked', async () => {
    const { claim, at, conversation } = await talk(800, 'mention')
    const messages = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => ({
      id: newId(),
      conversation,
      author: at.actor,
      content: long(name),
    }))
    await parley.history.appendMessages({ messages })
    const { claim: held } = await claim('@assistant and now?')
    expect(names(held.messages)).toEqual(['c', 'd', 'e', 'f', 'g', 'h', '@assistant'])
    expect(names(held.overflow!.messages)).toEqual(['a', 'b'])
  })

  it('cannot be less than the prompt: that fails in words', async () => {
    const { claim, reply } = await talk(150)
    await expect(claim(long('x').repeat(3))).rejects.toMatchObject({ code: 'reply.over' })
    expect((await reply()).reply).toMatchObject({
      status: 'failed',
      code: 'context.too_long',
      reason: expect.stringContaining('more than the model can read'),
    })
  })

  it('is a branch of its own, with the other assistants as people', async () => {
    const { claim, turn, at, conversation } = await talk(10_000)
    await turn('red')
    const settings = { handle: 'critic', name: 'Critic', mode: 'always' as const, instructions: 'Be short.' }
    await parley.history.putAssistant({ ...at, assistant: newId(), settings })
    await turn('blue')
    const { claim: held } = await claim('well?')
    expect(held.assistant).toEqual({ name: 'Critic', instructions: 'Be short.' })
    expect(held.messages.at(-1)).toEqual({ role: 'user', name: 'Ada', content: 'well?' })
    expect(held.messages[1]).toMatchObject({ role: 'user', name: 'Assistant' })
    const { messages } = await parley.history.pageMessages({ ...at, limit: 100 })
    const instead = messages.find(({ content }) => content.startsWith('blue?'))!.id
    await parley.history.appendMessages({
      messages: [{ id: newId(), conversation, author: at.actor, content: 'green?', instead }],
    })
    const replies = (await parley.history.pageMessages({ ...at, limit: 2 })).messages
    const models = [{ name: 'demo', contextTokens: 10_000 }]
    const branch = await parley.history.claimReply({ conversation, message: replies[0]!.id, models, leaseMs: 60_000 })
    expect(names(branch.messages)).toEqual(['red?', 'red!', 'green?'])
  })
})
