import exec from 'k6/execution'
import { type Crowd, gatherCrowd, takeSeat } from './lib/crowd.ts'
import { openTab, thresholds } from './lib/tab.ts'

// More and more people who talk, until delivery takes too long: where it ends is what the machine can do.

const people = Number(__ENV.VUS ?? 200)
const seconds = Number(__ENV.SECONDS ?? 60)
const everyMs = Number(__ENV.EVERY_MS ?? 500)
const together = Number(__ENV.TOGETHER ?? 5)

export const options = {
  setupTimeout: '10m',
  scenarios: {
    ramp: { executor: 'per-vu-iterations', vus: people, iterations: 1, maxDuration: `${2 * seconds + 60}s` },
  },
  thresholds: {
    parley_lost: thresholds.parley_lost,
    parley_delivery: [{ threshold: 'p(95)<1000', abortOnFail: true, delayAbortEval: '10s' }],
  },
}

export const setup = () => gatherCrowd(people, together)

export default function ramp(crowd: Crowd): void {
  const at = exec.vu.idInTest
  const { person, conversation } = takeSeat(crowd, at)
  openTab(person, conversation, {
    onOpen(tab) {
      const talk = () => {
        const timer = setInterval(() => tab.send('more and more'), everyMs)
        setTimeout(
          () => {
            clearInterval(timer)
            setTimeout(() => tab.finish(), 2_000)
          },
          ((seconds * (people - at)) / people) * 1_000 + 1_000,
        )
      }
      setTimeout(talk, (at / people) * seconds * 1_000)
    },
  })
}
