import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { containersOf, cpuSecondsOf, killAndStart, killHard, logsOf } from '../support/containers.ts'
import { spread } from '../support/figures.ts'
import { type Told, wordsOf } from '../support/paced-provider.ts'
import { ask, gatherCrowd, lastReply, type Watched } from './crowd.ts'

/** Fewer of them where the machine is small: CONVERSATIONS=40. What is asserted holds for any number; the figures are printed. */
const conversations = Number(process.env.CONVERSATIONS ?? 200)
const viewersEach = 3
const wordsPerSecond = 50
/** Twice as many in a second as would keep so many replies of this length under way. */
const askWithinMs = 30_000
const killForSeconds = 60
const services = ['nginx', 'gateway', 'chat-ws', 'history', 'ai-worker', 'postgres', 'redis']
const say = (line: string) => process.stdout.write(`    ${line}\n`)

let crowd: Watched[]
beforeAll(async () => {
  crowd = await gatherCrowd(conversations, viewersEach)
  say(`${conversations} conversations, ${conversations * viewersEach} sockets`)
})
afterAll(() => {
  for (const { viewers } of crowd ?? []) for (const { tab } of viewers) tab.close()
})

/** What the provider did since the last time it was asked. */
async function reportOf(): Promise<Told[]> {
  const response = await fetch(`http://localhost:${inject('providerPort')}/report`)
  return (await response.json()) as Told[]
}

async function cpuSeconds(): Promise<Map<string, number>> {
  return new Map(await Promise.all(services.map(async (name) => [name, await cpuSecondsOf(name)] as const)))
}

/** What each service has used to deliver so many words of every reply to every viewer. */
function sayCosts(before: Map<string, number>, after: Map<string, number>, words: number, of = services): void {
  const delivered = (conversations * words * viewersEach) / 1_000
  for (const name of of) {
    const used = after.get(name)! - before.get(name)!
    say(
      `${name.padEnd(10)} ${used.toFixed(1).padStart(6)} CPU-s, ${((used / delivered) * 1000).toFixed(2)} ms a 1,000 tokens`,
    )
  }
}

/** Asks in each conversation, spread over some seconds, and waits for every viewer to see the end. */
async function askAll(round: string, words: number, withinMs: number): Promise<void> {
  await Promise.all(
    crowd.map(async (watched, at) => {
      await pause((at * askWithinMs) / conversations)
      const prompt = await ask(
        watched,
        `say ${watched.name}-${round} in ${words} words at ${wordsPerSecond} per second`,
      )
      await Promise.all(
        watched.viewers.map(({ follower }) =>
          follower.until(
            `the end of ${watched.name}`,
            (state) => {
              const reply = lastReply(state)
              return reply?.parent === prompt && !['queued', 'streaming'].includes(reply.reply!.status)
            },
            withinMs,
          ),
        ),
      )
    }),
  )
}

/** Every viewer has exactly what the provider said, and all of it is complete. */
function expectWhole(round: string, words: number): void {
  for (const { name, viewers } of crowd) {
    const script = wordsOf(`${name}-${round}`, words).join('')
    for (const { follower } of viewers) {
      const reply = lastReply(follower.state)!
      expect(reply.reply, name).toMatchObject({ status: 'complete' })
      expect(reply.content).toBe(script)
    }
  }
}

const totals = (what: 'gaps' | 'deltas') =>
  crowd.flatMap(({ viewers }) => viewers.map((viewer) => viewer[what])).reduce((sum, count) => sum + count, 0)

it('many replies at 50 words a second reach three viewers each, whole and soon', async () => {
  const words = 3_000
  await askAll('warm', 40, 120_000) // a service that has just started compiles its code
  const [before, gapsBefore, deltasBefore] = [await cpuSeconds(), totals('gaps'), totals('deltas')]
  await reportOf()
  await askAll('steady', words, 180_000)
  const after = await cpuSeconds()
  expectWhole('steady', words)

  const sent = new Map((await reportOf()).map(({ name, firstSentAt }) => [name, firstSentAt]))
  const latencies = crowd.flatMap(({ name, viewers }) =>
    viewers.map(({ follower, firstWordAt }) => {
      return firstWordAt.get(lastReply(follower.state)!.id)! - sent.get(`${name}-steady`)!
    }),
  )
  say(`first word, from the provider to the browser’s socket: ${spread(latencies)}`)
  say(`deltas without what stood before them: ${totals('gaps') - gapsBefore} of ${totals('deltas') - deltasBefore}`)
  sayCosts(before, after, words)
  expect(totals('gaps') - gapsBefore).toBe(0)
})

it('every reply is whole and complete while workers and chat nodes are killed', async () => {
  const words = wordsPerSecond * killForSeconds
  const before = await cpuSeconds()
  const stop = new AbortController()
  const kills = Promise.all([killEvery(5_000, 'ai-worker', stop.signal), killEvery(7_000, 'chat-ws', stop.signal)])
  const asked = askAll('killed', words, (killForSeconds + 120) * 1_000)
  await pause(killForSeconds * 1_000)
  stop.abort()
  const [workers, nodes] = await kills
  await asked
  expectWhole('killed', words)
  for (const { conversation, viewers } of crowd) {
    const { messages } = await viewers[0]!.person.api.page(conversation, { limit: 2 })
    for (const { follower } of viewers) expect(lastReply(follower.state)).toEqual(messages.at(-1))
  }
  const waits = takeoverWaits()
  say(`${workers} workers and ${nodes} chat nodes killed`)
  say(`a worker that was lost was replaced, after the end of its lease of 4 s: ${spread(await replacements())}`)
  say(`what a viewer saw, cut off itself now and then: ${spread(waits)}`)
  // Of those that were killed the count has begun anew.
  const living = services.filter((name) => name !== 'ai-worker' && name !== 'chat-ws')
  sayCosts(before, await cpuSeconds(), words, living)
})

/** Kills one of a service's containers after the other, until it is told to stop. */
async function killEvery(everyMs: number, service: string, signal: AbortSignal): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    await pause(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return kills
    const containers = (await containersOf(service)).sort()
    await killAndStart(containers[kills % containers.length]!)
  }
}

/** How long after the end of a lease another worker claimed the reply, as history tells. */
async function replacements(): Promise<number[]> {
  const logs = await Promise.all((await containersOf('history')).map(logsOf))
  return logs.flatMap((log) => Array.from(log.matchAll(/"lateMs":(\d+)/g), ([, ms]) => Number(ms)))
}

/** How long each takeover took: by whoever of the viewers was not cut off just then. */
function takeoverWaits(): number[] {
  return crowd.flatMap(({ viewers }) => {
    const fastest = new Map<string, number>()
    for (const { takeovers } of viewers) {
      for (const [key, ms] of takeovers) fastest.set(key, Math.min(ms, fastest.get(key) ?? Number.POSITIVE_INFINITY))
    }
    return [...fastest.values()]
  })
}

it('a hundred stops at any moment take effect at once, and end the provider’s request', async () => {
  const stops = Array.from({ length: Math.min(100, conversations) }, (_, at) => ({
    watched: crowd[at]!,
    // A third as the one who asked, a third from another device, a third while a dead worker's reply waits for the next.
    how: (['own', 'other', 'takeover'] as const)[at % 3]!,
  }))
  await reportOf()
  const prompts = await Promise.all(
    stops.map(({ watched }) => ask(watched, `say ${watched.name}-stopped in 3000 words at 20 per second`)),
  )
  const replies = await Promise.all(
    stops.map(({ watched: { viewers } }, at) =>
      viewers[0]!.follower
        .until(
          'the first word',
          (state) => {
            const reply = lastReply(state)
            return reply !== undefined && reply.parent === prompts[at] && (state.live[reply.id]?.text ?? '') !== ''
          },
          60_000,
        )
        .then((state) => lastReply(state)!.id),
    ),
  )
  const waits = { own: [] as number[], other: [] as number[], takeover: [] as number[] }
  async function stop(at: number): Promise<void> {
    const { watched, how } = stops[at]!
    const { viewers, conversation } = watched
    const { tab } = viewers[how === 'own' ? 0 : 1]!
    const askedAt = performance.now()
    await tab.connection.request({ type: 'stop', conversation, message: replies[at]! })
    const state = await viewers[2]!.follower.until(
      'the stop',
      ({ messages }) => messages.find(({ id }) => id === replies[at])?.reply?.status === 'stopped',
    )
    waits[how].push(performance.now() - askedAt)
    const { reply, content } = lastReply(state)!
    expect(reply).toEqual({ status: 'stopped', by: viewers[how === 'own' ? 0 : 1]!.person.user.id })
    expect(wordsOf(`${watched.name}-stopped`, 3_000).join('').startsWith(content)).toBe(true)
    expect(content).not.toBe('')
  }
  const chosen = (wanted: boolean) => stops.flatMap(({ how }, at) => ((how === 'takeover') === wanted ? [at] : []))
  await Promise.all(
    chosen(false).map(async (at) => {
      await pause(Math.random() * 5_000)
      await stop(at)
    }),
  )
  // Both workers die; before their leases have run out nobody else has the replies.
  for (const worker of await containersOf('ai-worker')) await killHard(worker)
  await Promise.all(
    chosen(true).map(async (at) => {
      await pause(Math.random() * 3_000)
      await stop(at)
    }),
  )
  for (const [how, ms] of Object.entries(waits)) say(`stopped on another’s screen (${how}): ${spread(ms)}`)
  say(`all of them: ${spread(Object.values(waits).flat())}`)
  expect(Object.values(waits).flat()).toHaveLength(stops.length)
  const told = (await reportOf()).filter(({ name }) => name.endsWith('-stopped'))
  expect(told.filter(({ closedAt }) => closedAt === undefined)).toEqual([])
  expect(told.some(({ finished }) => finished)).toBe(false)
})
