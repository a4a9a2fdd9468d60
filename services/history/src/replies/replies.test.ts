import { newId, partialKey } from '@parley/protocol'
import { createRecorder, eventually } from '@parley/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, startHistory } from '../../test/start.ts'

const models = [{ name: 'demo', contextTokens: 1_000 }]
const complete = { status: 'complete' as const, cut: false }

let parley: Started
beforeAll(async () => {
  parley = await startHistory()
})
afterAll(() => parley.stop())

async function asked(content = 'Why?') {
  const { id: conversation, owner } = await parley.conversation({ assistant: 'always' })
  await parley.history.appendMessages({ messages: [{ id: newId(), conversation, author: owner, content }] })
  const read = async () => (await parley.history.pageMessages({ actor: owner, conversation, limit: 1 })).messages[0]!
  const message = (await read()).id
  const claim = (leaseMs = 60_000) => parley.history.claimReply({ conversation, message, models, leaseMs })
  return { conversation, owner, message, read, claim }
}

describe('a reply', () => {
  it('is claimed by one worker at a time, with what was said so far', async () => {
    const { claim, read } = await asked('What is a log?')
    const claims = await Promise.allSettled([claim(), claim(), claim()])
    const won = claims.filter((each) => each.status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(won[0]!.value).toEqual({
      attempt: 1,
      attemptsLeft: 2,
      model: 'demo',
      assistant: { name: 'Assistant', instructions: '' },
      begun: '',
      continues: '',
      untitled: true,
      messages: [{ role: 'user', name: 'Ada', content: 'What is a log?' }],
    })
    const lost = claims.find((each) => each.status === 'rejected')
    expect(lost?.reason).toMatchObject({ code: 'reply.held', retryAfterMs: expect.any(Number) })
    expect((await read()).reply).toEqual({ status: 'streaming', attempt: 1 })
  })

  it('is finished once, by the holder of the newest attempt only', async () => {
    const { claim, conversation, message, read } = await asked()
    const first = await claim(100)
    const second = await eventually('the lease to run out', () => claim().catch(() => undefined))
    expect(second.attempt).toBe(2)
    const end = { conversation, message, transcript: 'stale', end: complete }
    const stale = { code: 'reply.stale' }
    await expect(parley.history.finishReply({ ...end, attempt: first.attempt })).rejects.toMatchObject(stale)
    const claims = [first, second].map((held) => ({ conversation, message, attempt: held.attempt }))
    expect(await parley.history.extendReplies({ claims: claims.slice(0, 1), leaseMs: 1_000 })).toEqual({
      lost: [message],
    })
    expect(await parley.history.extendReplies({ claims: claims.slice(1), leaseMs: 60_000 })).toEqual({ lost: [] })
    const good = { ...end, transcript: 'Because.', attempt: second.attempt }
    const { seq } = await parley.history.finishReply(good)
    expect(await parley.history.finishReply(good), 'a repeat').toEqual({ seq })
    await expect(claim()).rejects.toMatchObject({ code: 'reply.over' })
    expect(await read()).toMatchObject({ content: 'Because.', model: 'demo', reply: { status: 'complete' } })
  })

  it('fails with a reason when five workers have died with it, and none got further', async () => {
    const { claim, read } = await asked()
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await eventually('a claim', () => claim(100).catch(() => undefined))
    }
    await eventually('the end', () => claim().catch((error: { code: string }) => error.code === 'reply.over'))
    expect((await read()).reply).toMatchObject({ status: 'failed', code: 'attempts.exhausted' })
  })

  it('goes on however many workers die with it, as long as each gets further', async () => {
    const { claim, message } = await asked()
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      const held = await eventually('a claim', () => claim(100).catch(() => undefined))
      expect(held).toMatchObject({ attempt, begun: 'a'.repeat(attempt - 1) })
      await parley.exchange.scratch.put(partialKey(message, attempt), 'a'.repeat(attempt), 60_000)
    }
  })

  it('that has failed or was stopped is begun anew, with as many attempts as at first', async () => {
    const { claim, read, conversation, message, owner } = await asked()
    const { attempt } = await claim()
    const end = { status: 'failed' as const, code: 'provider.cut', reason: 'It broke.' }
    await parley.history.finishReply({ conversation, message, attempt, transcript: 'Half', end })
    const at = { actor: owner, conversation, message }
    const { seq } = await parley.history.retryReply(at)
    expect(await parley.history.retryReply(at), 'a repeat').toEqual({ seq })
    expect(await read()).toMatchObject({ content: '', reply: { status: 'queued' } })
    expect(await claim()).toMatchObject({ attempt: 2, attemptsLeft: 2 })
    await expect(
      parley.history.finishReply({ conversation, message, attempt, transcript: 'late', end: complete }),
    ).rejects.toMatchObject({ code: 'reply.stale' })
    await parley.history.finishReply({
      conversation,
      message,
      attempt: 2,
      transcript: 'Whole',
      end: complete,
    })
    await expect(parley.history.retryReply(at)).rejects.toMatchObject({ code: 'reply.over' })
  })

  it('that is given back may be claimed again when its holder said', async () => {
    const { claim, conversation, message } = await asked()
    const { attempt } = await claim()
    await parley.history.releaseReply({ conversation, message, attempt, againInMs: 60_000, failed: true })
    await expect(claim()).rejects.toMatchObject({ code: 'reply.held' })
    await parley.history.releaseReply({ conversation, message, attempt, againInMs: 0, failed: false })
    expect(await claim()).toMatchObject({ attempt: 2, attemptsLeft: 1 })
    await expect(
      parley.history.releaseReply({ conversation, message, attempt, againInMs: 0, failed: false }),
    ).rejects.toMatchObject({
      code: 'reply.stale',
    })
  })

  it('that waits is stopped at once; one that is being written is told to its worker', async () => {
    const waiting = await asked()
    await parley.history.stopReply({
      actor: waiting.owner,
      conversation: waiting.conversation,
      message: waiting.message,
    })
    expect((await waiting.read()).reply).toEqual({ status: 'stopped', by: waiting.owner })

    const { claim, conversation, message, owner, read } = await asked()
    const { attempt } = await claim()
    const orders = createRecorder<string>()
    await parley.exchange.relay.subscribe(parley.topics.reply(message), (order) => orders.push(order.toString()))
    await parley.history.stopReply({ actor: owner, conversation, message })
    await orders.until('the order', (order) => order === 'stop')
    await parley.history.finishReply({
      conversation,
      message,
      attempt,
      transcript: 'So fa',
      end: { status: 'stopped' },
    })
    expect(await read()).toMatchObject({ content: 'So fa', reply: { status: 'stopped', by: owner } })
  })

  it('whose job the queue lost is queued again by the outbox', async () => {
    const { message, conversation } = await asked()
    const jobs = createRecorder<string>()
    const consumer = await parley.queue.consume({ concurrency: 100, leaseMs: 60_000 }, async (data) => {
      jobs.push(data)
      return 'done' // without a claim: as if a worker had died with the job
    })
    const mine = (data: string) => JSON.parse(data).message === message
    await jobs.until('the job', mine)
    await eventually('the job again', () => jobs.items.filter(mine).length > 1, 15_000)
    expect(JSON.parse(jobs.items.find(mine)!)).toEqual({ conversation, message })
    await consumer.close()
  })
})
