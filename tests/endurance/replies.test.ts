import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { containersOf, cpuSecondsOf, killHard } from '../support/containers.ts'
import { quantile, spread } from '../support/figures.ts'
import { type Told, wordsOf } from '../support/paced-provider.ts'
import { ask, gatherCrowd, lastReply, type Watched } from './crowd.ts'

const conversations = 200
const viewersEach = 3
const wordsPerSecond = 50
const askWithinMs = 8_000
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
      expect(reply.reply!.status, name).toBe('complete')
      expect(reply.content).toBe(script)
    }
  }
}

const totals = (what: 'gaps' | 'deltas') =>
  crowd.flatMap(({ viewers }) => viewers.map((viewer) => viewer[what])).reduce((sum, count) => sum + count, 0)

it('200 replies at 50 words a second reach three viewers each, whole and soon', async () => {
  const words = 1_200
  const [before, gapsBefore, deltasBefore] = [await cpuSeconds(), totals('gaps'), totals('deltas')]
  await reportOf()
  await askAll('steady', words, 120_000)
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
  const delivered = (conversations * words * viewersEach) / 1_000
  for (const name of services) {
    const used = after.get(name)! - before.get(name)!
    say(
      `${name.padEnd(10)} ${used.toFixed(1).padStart(6)} CPU-s, ${((used / delivered) * 1000).toFixed(2)} ms a 1,000 tokens`,
    )
  }
  expect(totals('gaps') - gapsBefore).toBe(0)
  expect(quantile(latencies, 0.5)).toBeLessThanOrEqual(40)
  expect(quantile(latencies, 0.99)).toBeLessThanOrEqual(150)
})
