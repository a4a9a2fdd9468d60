import { type Message, newId, shownBranch } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

const models = [{ name: 'demo', contextTokens: 1_000 }]

async function talk() {
  const { id: conversation, owner, members } = await parley.conversation({ assistant: 'always', members: 1 })
  const { history } = parley
  const at = { actor: owner, conversation }

  async function read() {
    const [{ messages }, { conversation: row }] = await Promise.all([
      history.pageMessages({ ...at, limit: 100 }),
      history.getConversation(at),
    ])
    return { messages, shown: shownBranch(messages, row.tip) }
  }

  async function finish(message: string, transcript: string) {
    const { attempt } = await history.claimReply({ conversation, message, models, leaseMs: 60_000 })
    await history.finishReply({ conversation, message, attempt, transcript, end: { status: 'complete', cut: false } })
  }

  /** Asks, and answers in the assistant's place; returns the prompt and its reply. */
  async function ask(content: string, answer: string, instead?: string) {
    const id = newId()
    const [result] = (
      await history.appendMessages({
        messages: [{ id, conversation, author: owner, content, ...(instead && { instead }) }],
      })
    ).results
    expect(result).toHaveProperty('seq')
    const reply = (await read()).messages.find(({ parent, role }) => parent === id && role === 'assistant')!.id
    await finish(reply, answer)
    return { id, reply }
  }

  return {
    conversation,
    owner,
    member: members[0]!,
    at,
    ask,
    finish,
    read,
    texts: async () => (await read()).shown.map(({ content }) => content),
    choose: (message: string, actor = owner) => history.chooseVersion({ actor, conversation, message }),
    regenerate: (message: string, reply = newId(), actor = owner) =>
      history.regenerateReply({ actor, conversation, message, reply }),
  }
}

describe('branches', () => {
  it('stand in line as long as nothing is asked twice', async () => {
    const { conversation, owner, ask, read } = await talk()
    await ask('one', 'answer one')
    const lines = ['two', 'three'].map((content) => ({ id: newId(), conversation, author: owner, content }))
    await parley.history.appendMessages({ messages: lines })
    const { messages, shown } = await read()
    expect(shown).toEqual(messages)
    expect(messages.map(({ parent }) => messages.findIndex(({ id }) => id === parent))).toEqual([-1, 0, 1, 2, 3, 4])
  })

  it('begin where a prompt is asked in other words, and remember what was shown on each', async () => {
    const { ask, texts, choose, read } = await talk()
    const first = await ask('red?', 'Roses.')
    await ask('more?', 'Poppies.')
    const second = await ask('blue?', 'Violets.', first.id)
    expect(await texts()).toEqual(['blue?', 'Violets.'])
    await ask('more?', 'Lilacs.')
    await choose(first.id)
    expect(await texts()).toEqual(['red?', 'Roses.', 'more?', 'Poppies.'])
    await choose(second.id)
    expect(await texts()).toEqual(['blue?', 'Violets.', 'more?', 'Lilacs.'])
    const { messages } = await read()
    expect(messages.filter(({ aside }) => aside).map(({ content }) => content)).toEqual(['red?'])
  })

  it('begin where a reply is written again, also in the middle, and once however often it is asked', async () => {
    const { ask, finish, texts, choose, regenerate, read } = await talk()
    const { reply } = await ask('who?', 'The first.')
    await ask('and then?', 'Nothing.')
    const again = newId()
    const [{ seq }] = await Promise.all([regenerate(reply, again), regenerate(reply, again)])
    expect(await regenerate(reply, again)).toEqual({ seq })
    await finish(again, 'The second.')
    expect(await texts()).toEqual(['who?', 'The second.'])
    expect((await read()).messages).toHaveLength(5)
    await choose(reply)
    expect(await texts()).toEqual(['who?', 'The first.', 'and then?', 'Nothing.'])
  })

  it('show a message of a hidden branch with all that is above it', async () => {
    const { ask, texts, choose } = await talk()
    const first = await ask('red?', 'Roses.')
    const deep = await ask('more?', 'Poppies.')
    const deeper = await ask('others?', 'Tulips.', deep.id)
    await ask('blue?', 'Violets.', first.id)
    await choose(deep.id)
    expect(await texts()).toEqual(['red?', 'Roses.', 'more?', 'Poppies.'])
    await choose(deeper.id)
    expect(await texts()).toEqual(['red?', 'Roses.', 'others?', 'Tulips.'])
  })

  it('keep what other assistants answered to the same prompt', async () => {
    const { at, ask, texts, regenerate, finish, read } = await talk()
    const other = { handle: 'critic', name: 'Critic', mode: 'always' as const, instructions: '' }
    await parley.history.putAssistant({ ...at, assistant: newId(), settings: other })
    const { id, reply } = await ask('well?', 'Good.')
    const critic = (await read()).messages.find((message) => message.parent === id && message.id !== reply)!
    await finish(critic.id, 'Bad.')
    await parley.history
      .appendMessages({ messages: [{ id: newId(), ...at, author: at.actor, content: 'hm' } as never] })
      .catch(() => {})
    const again = newId()
    await regenerate(reply, again)
    await finish(again, 'Better.')
    expect((await texts()).slice(0, 3).sort()).toEqual(['Bad.', 'Better.', 'well?'])
  })

  it('are for those who may write here, and for what belongs here', async () => {
    const { ask, choose, regenerate, member, conversation, owner, at } = await talk()
    const { id, reply } = await ask('red?', 'Roses.')
    await parley.history.setRole({ ...at, user: member, role: 'viewer' })
    await expect(choose(id, member)).rejects.toMatchObject({ code: 'access.forbidden' })
    await expect(regenerate(reply, newId(), member)).rejects.toMatchObject({ code: 'access.forbidden' })
    await expect(choose(newId())).rejects.toMatchObject({ code: 'message.not_found' })
    await expect(regenerate(id)).rejects.toMatchObject({ code: 'message.not_a_reply' })
    await expect(regenerate(reply, id)).rejects.toMatchObject({ code: 'message.id_taken' })
    const instead = async (message: string, author = owner) =>
      (
        await parley.history.appendMessages({
          messages: [{ id: newId(), conversation, author, content: 'x', instead: message }],
        })
      ).results[0]
    expect(await instead(newId())).toMatchObject({ code: 'message.not_found' })
    expect(await instead(reply)).toMatchObject({ code: 'message.not_a_prompt' })
    expect(await instead(id, member)).toMatchObject({ code: 'access.forbidden' })
    expect(await instead(id, await parley.person())).toMatchObject({ code: 'conversation.not_found' })
  })

  it('come to a client that was away as to one that stayed', async () => {
    const { ask, choose, conversation, owner, at } = await talk()
    const first = await ask('red?', 'Roses.')
    const since = (await parley.history.getConversation(at)).head
    const second = await ask('blue?', 'Violets.', first.id)
    await choose(first.id)
    const { changes, tip } = await parley.history.changesSince({ actors: [owner], conversation, since })
    const rows = (changes ?? []).flatMap((change) => (change.kind === 'message' ? [change.message] : []))
    const aside = (id: string) => rows.find((message: Message) => message.id === id)?.aside
    expect([aside(first.id), aside(second.id)]).toEqual([undefined, true])
    expect(tip).toBe(first.reply)
  })
})
