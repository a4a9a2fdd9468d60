import exec from 'k6/execution'
import { type Crowd, gatherCrowd, takeSeat } from './lib/crowd.ts'
import { openTab, thresholds } from './lib/tab.ts'

// People who talk, five in a conversation: each says something every two seconds.

const people = Number(__ENV.VUS ?? 50)
const seconds = Number(__ENV.SECONDS ?? 60)
/** How often each of them comes, stays so long, and goes. */
const sessions = Number(__ENV.SESSIONS ?? 1)
const everyMs = Number(__ENV.EVERY_MS ?? 2_000)

export const options = {
  setupTimeout: '10m',
  scenarios: {
    chat: {
      executor: 'per-vu-iterations',
      vus: people,
      iterations: sessions,
      maxDuration: `${sessions * (seconds + 15) + 60}s`,
    },
  },
  thresholds: {
    ...thresholds,
    parley_delivery: ['p(95)<250', 'p(99)<1000'],
    parley_ack: ['p(95)<250', 'p(99)<1000'],
    parley_outage: ['max<5000'],
  },
}

export const setup = () => gatherCrowd(people, 5)

export default function chat(crowd: Crowd): void {
  const { person, conversation } = takeSeat(crowd, exec.vu.idInTest)
  openTab(person, conversation, {
    onOpen(tab) {
      // Not all in the same moment.
      setTimeout(() => {
        const talk = setInterval(() => tab.send('and so on, as people do when they talk with each other'), everyMs)
        setTimeout(() => {
          clearInterval(talk)
          setTimeout(() => tab.finish(), 2_000)
        }, seconds * 1_000)
      }, Math.random() * everyMs)
    },
  })
}
