import { newId } from '@parley/protocol'
import { ifDocker } from '@parley/testing'
import { expect, inject, it } from 'vitest'
import { gather, signUp } from '../support/people.ts'

const senders = 50
const messagesEach = 200

ifDocker('Compose with three chat nodes and two histories', () => {
  it('gives 10,000 messages of 50 senders one order without gap or double, the same for every client', async () => {
    const origin = inject('composeOrigin')
    const people = await Promise.all(
      Array.from({ length: senders }, (_, n) => signUp(origin, `Sender ${n}`, `parley_affinity=${newId()}`)),
    )
    const conversation = await gather(people)
    const tabs = people.map((person) => person.connect({ onFrame: () => {} }))
    const nodes = await Promise.all(tabs.map((tab) => tab.opened()))
    expect(new Set(nodes.map((status) => status.state === 'open' && status.node)).size).toBe(3)
    const followers = tabs.map((tab) => tab.follow(conversation))
    const { applied: base } = (await Promise.all(followers.map((each) => each.until('the state', () => true))))[0]!

    const startedAt = performance.now()
    // Each sender waits for its ack before it goes on: all clients live in this one process, and have to keep up.
    const seqs = await Promise.all(
      tabs.map(async ({ connection }) => {
        const own: number[] = []
        for (let n = 0; n < messagesEach; n += 1) {
          const ack = await connection.request({ type: 'send', id: newId(), conversation, content: `message ${n}` })
          own.push(ack.type === 'ack' ? ack.seq! : 0)
        }
        return own
      }),
    )
    const seconds = (performance.now() - startedAt) / 1000
    const total = senders * messagesEach
    console.log(`${total} messages acknowledged in ${seconds.toFixed(1)} s`)

    const expected = Array.from({ length: total }, (_, n) => base + 1 + n)
    expect(seqs.flat().sort((a, b) => a - b)).toEqual(expected)
    for (const own of seqs)
      expect(own, 'each sender’s in the order it sent them').toEqual([...own].sort((a, b) => a - b))
    const states = await Promise.all(
      followers.map((each) => each.until('all of it', ({ applied }) => applied === base + total, 120_000)),
    )
    const [first, ...others] = states.map(({ messages }) => messages.map(({ id, seq }) => `${seq} ${id}`))
    expect(states[0]!.messages.map(({ seq }) => seq)).toEqual(expected)
    for (const other of others) expect(other).toEqual(first)
    for (const tab of tabs) tab.close()
  })
})
