import { sleep } from 'k6'
import { gather, signUp } from './lib/rest.ts'
import { openTab, thresholds } from './lib/tab.ts'

// A minute of two people: whether everything works at all.

export const options = {
  vus: 1,
  iterations: 3,
  thresholds: { ...thresholds, parley_delivery: ['p(95)<500'], parley_ack: ['p(95)<500'] },
}

export default function smoke(): void {
  const people = [signUp('Ada'), signUp('Grace')] as const
  const conversation = gather([...people], 'off')
  const reader = openTab(people[1], conversation)
  openTab(people[0], conversation, {
    onOpen(tab) {
      for (let n = 0; n < 10; n += 1) setTimeout(() => tab.send(`message ${n}`), 100 * n)
      setTimeout(() => {
        tab.finish()
        reader.finish()
      }, 2_000)
    },
  })
  sleep(0.1)
}
