import { newId, topics } from '@parley/protocol'
import { createRecorder, eventually } from '@parley/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'
import { nextDay, type Quota } from './quota.ts'

const models = [{ name: 'demo', contextTokens: 1_000 }]
const unlimited: Quota = { requestsPerDay: null, tokensPerDay: null, openReplies: null, repliesAtOnce: 1_000 }

let parley: Started
afterEach(() => parley.stop())

async function start(quota: Partial<Quota>) {
  parley = await startHistory({ quota: { ...unlimited, ...quota } })
  const { id: conversation, owner } = await parley.conversation({ assistant: 'always' })
  const at = { actor: owner, conversation }
  return {
    conversation,
    owner,
    at,
    async ask(count = 1, where = conversation, author = owner) {
      const messages = Array.from({ length: count }, (_, n) => ({
        id: newId(),
        conversation: where,
        author,
        content: `${n}`,
      }))
      await parley.history.appendMessages({ messages })
    },
    async replies() {
      const { messages } = await parley.history.pageMessages({ ...at, limit: 100 })
      return messages.filter(({ role }) => role === 'assistant')
    },
    async finish(message: string, usage = { inputTokens: 10, outputTokens: 20 }) {
      const { attempt } = await parley.history.claimReply({ conversation, message, models, leaseMs: 60_000 })
      const end = { status: 'complete' as const, cut: false }
      await parley.history.finishReply({ conversation, message, attempt, transcript: 'Yes.', usage, end })
    },
  }
}

const statuses = (replies: { reply?: { status: string; code?: string } }[]) =>
  replies.map(({ reply }) => reply?.code ?? reply?.status)

describe('a quota', () => {
  it('of requests a day ends in replies that say when it starts again, and keeps what was written', async () => {
    const { ask, replies, at, finish } = await start({ requestsPerDay: 3 })
    await ask(2)
    await ask(2)
    const all = await replies()
    expect(statuses(all)).toEqual(['queued', 'queued', 'queued', 'quota.requests'])
    expect(all[3]!.reply).toMatchObject({ resetsAt: nextDay(new Date()).toISOString() })
    const refusal = { code: 'quota.requests', retryAfterMs: expect.any(Number) }
    await expect(parley.history.retryReply({ ...at, message: all[3]!.id })).rejects.toMatchObject(refusal)
    await finish(all[0]!.id)
    const wanted = { ...at, message: all[0]!.id, reply: newId() }
    await expect(parley.history.regenerateReply(wanted)).rejects.toMatchObject(refusal)
    const { days, quota } = await parley.history.readUsage({ actor: at.actor })
    expect(days).toEqual([
      { day: new Date().toISOString().slice(0, 10), requests: 3, inputTokens: 10, outputTokens: 20, cachedTokens: 0 },
    ])
    expect(quota.requestsPerDay).toBe(3)
  })

  it('of tokens a day counts what replies took', async () => {
    const { ask, replies, finish } = await start({ tokensPerDay: 30 })
    await ask()
    await finish((await replies())[0]!.id)
    await ask()
    expect(statuses(await replies())).toEqual(['complete', 'quota.tokens'])
  })

  it('of open replies makes room when one ends', async () => {
    const { ask, replies, finish } = await start({ openReplies: 2 })
    await ask(3)
    expect(statuses(await replies())).toEqual(['queued', 'queued', 'quota.replies'])
    await finish((await replies())[0]!.id)
    await ask()
    expect(statuses(await replies())).toEqual(['complete', 'queued', 'quota.replies', 'queued'])
  })
})

describe('turns', () => {
  it('let one person’s burst hold up nobody else, and tell how long the line is', async () => {
    const { ask, replies, finish, conversation } = await start({ repliesAtOnce: 2 })
    const jobs = createRecorder<string>()
    const consumer = await parley.queue.consume({ concurrency: 100, leaseMs: 60_000 }, async (data) => {
      jobs.push(JSON.parse(data).message)
      return 'done'
    })
    const live = await parley.listen(topics.live(conversation))
    await ask(5)
    const all = await replies()
    const other = await parley.conversation({ assistant: 'always' })
    await ask(1, other.id, other.owner)
    await eventually('the other’s job', () => jobs.items.length >= 3)
    expect(jobs.items.slice(0, 2).sort()).toEqual(
      all
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    )
    expect(all.slice(2).map(({ id }) => jobs.items.includes(id))).toEqual([false, false, false])

    const last = all[4]!.id
    await live.until('its place', (frame) => frame.type === 'waiting' && frame.message === last && frame.position > 1)
    await finish(all[0]!.id)
    await jobs.until('the third', (id) => id === all[2]!.id)
    expect(jobs.items).not.toContain(all[3]!.id)
    await parley.history.stopReply({ actor: other.owner, conversation: other.id, message: newId() }).catch(() => {})
    await finish(all[1]!.id)
    await jobs.until('the fourth', (id) => id === all[3]!.id)
    await consumer.close()
  })
})
