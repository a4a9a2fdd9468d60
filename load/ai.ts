import exec from 'k6/execution'
import { Trend } from 'k6/metrics'
import { type Crowd, gatherCrowd, takeSeat } from './lib/crowd.ts'
import { openTab, thresholds } from './lib/tab.ts'

// People who ask, each in a conversation of their own, and wait for the whole reply before they ask again.

const people = Number(__ENV.VUS ?? 20)
const prompts = Number(__ENV.PROMPTS ?? 3)
const firstWord = new Trend('parley_first_word', true)
const whole = new Trend('parley_reply', true)

export const options = {
  setupTimeout: '10m',
  scenarios: { ai: { executor: 'per-vu-iterations', vus: people, iterations: 1, maxDuration: '10m' } },
  thresholds: { ...thresholds, parley_first_word: ['p(95)<3000'], parley_ack: ['p(95)<500'] },
}

export const setup = () => gatherCrowd(people, 1, 'always')

export default function ai(crowd: Crowd): void {
  const { person, conversation } = takeSeat(crowd, exec.vu.idInTest)
  let askedAt = 0
  let asked = 0
  let waitsForWord = false
  const tab = openTab(person, conversation, {
    onOpen: ask,
    onDelta() {
      if (waitsForWord) firstWord.add(Date.now() - askedAt)
      waitsForWord = false
    },
    onMessage({ role, reply }) {
      if (role !== 'assistant' || reply?.status !== 'complete') return
      whole.add(Date.now() - askedAt)
      ask()
    },
  })

  function ask(): void {
    if (asked === prompts) {
      tab.finish()
      return
    }
    asked += 1
    askedAt = Date.now()
    waitsForWord = true
    tab.send('What can you do?')
  }
}
