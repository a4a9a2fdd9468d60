import { createInProcessExchange } from '@parley/relay'
import { createTestLogger } from '@parley/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSendRates, type SendRates } from './send-rates.ts'

let nodes: SendRates[]
let close: () => Promise<void>
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T12:00:01Z') })
  const exchange = createInProcessExchange()
  close = exchange.close
  nodes = [1, 2].map(() => createSendRates({ scratch: exchange.scratch, log: createTestLogger() }, 100))
})
afterEach(async () => {
  for (const node of nodes) node.close()
  await close()
  vi.useRealTimers()
})

function send(node: SendRates, user: string, count: number): void {
  for (let n = 0; n < count; n += 1) node.take(user)
}
const limited = expect.objectContaining({ code: 'rate.limited' })

it('a user may send so much in a minute on all nodes together, and others as before', async () => {
  const [first, second] = nodes as [SendRates, SendRates]
  send(first, 'ada', 60)
  send(second, 'ada', 39)
  await vi.advanceTimersByTimeAsync(2_000)
  send(second, 'ada', 1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(() => second.take('ada')).toThrow(limited)
  send(first, 'grace', 100)
  expect(() => first.take('grace')).toThrow(limited)
  await vi.advanceTimersByTimeAsync(60_000)
  send(second, 'ada', 100)
})

it('a refusal says when the minute is over', () => {
  send(nodes[0]!, 'ada', 100)
  expect(() => nodes[0]!.take('ada')).toThrow(expect.objectContaining({ retryAfterMs: 59_000 }))
})
