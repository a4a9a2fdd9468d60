import { startTracing } from '@parley/kit'
import { newId } from '@parley/protocol'
import { eventually, holdRows } from '@parley/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startParley } from '../support/parley.ts'
import { gather, signUp } from '../support/people.ts'
import { collectTraces, type Span } from '../trace/collect.ts'

let collector: Awaited<ReturnType<typeof collectTraces>>
let endTracing: () => Promise<void>
let parley: Awaited<ReturnType<typeof startParley>>
beforeAll(async () => {
  collector = await collectTraces()
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url
  endTracing = await startTracing('test')
  parley = await startParley()
})
afterAll(async () => {
  await parley.stop()
  await endTracing()
  await collector.close()
})

it('follows a message and its reply through every hop, from the command to the sockets', async () => {
  const ada = await signUp(parley.url)
  const conversation = await gather([ada], 'always')
  const tab = ada.connect()
  const follower = tab.follow(conversation)
  await follower.until('the conversation', () => true)
  const id = newId()
  await tab.connection.request({ type: 'send', id, conversation, content: 'Hello' })
  await follower.until('the reply', ({ messages }) =>
    messages.some(({ parent, reply }) => parent === id && reply?.status === 'complete'),
  )
  const spans = await eventually('the trace', () => {
    const begun = collector.spans.find((span) => span.attributes['parley.command.id'] === id)
    const all = collector.spans.filter(({ traceId }) => traceId === begun?.traceId)
    return all.some(({ name }) => name === 'reply') && all
  })
  const chainOf = (span: Span | undefined): string[] =>
    span ? [span.name, ...chainOf(spans.find(({ spanId }) => spanId === span.parentSpanId))] : []
  const chains = spans.map((span) => chainOf(span).join(' ← '))
  const stored = 'POST /internal/appendMessages ← history appendMessages ← batch ← command send'
  const queued = `reply ← enqueue ← ${stored}`
  for (const chain of [
    `postgres append ← ${stored}`,
    `relay ← publish ← ${stored}`,
    `POST /internal/claimReply ← history claimReply ← ${queued}`,
    `relay ← model ← ${queued}`,
    `relay ← publish ← POST /internal/finishReply ← history finishReply ← ${queued}`,
  ]) {
    expect(chains).toContain(chain)
  }
  const model = spans.find(({ name }) => name === 'model')!
  expect(model.events).toContain('first word')
  tab.close()
})

it('has a statement last as long as Postgres took for it', async () => {
  const ada = await signUp(parley.url)
  const conversation = await gather([ada])
  const tab = ada.connect()
  await tab.opened()
  const rows = await holdRows(parley.databaseUrl, `select from conversations where id = '${conversation}' for update`)
  const id = newId()
  const sent = tab.connection.request({ type: 'send', id, conversation, content: 'Hello' })
  await eventually('the statement to wait', rows.isWaitedFor)
  const waitedUntil = Date.now()
  await rows.release()
  await sent
  const append = await eventually('the statement', () => {
    const begun = collector.spans.find((span) => span.attributes['parley.command.id'] === id)
    return collector.spans.find(({ name, traceId }) => name === 'postgres append' && traceId === begun?.traceId)
  })
  expect(append.endedAt).toBeGreaterThanOrEqual(waitedUntil)
  tab.close()
})

it('traces nothing that a service does by itself, and believes no trace that comes from outside', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await fetch(`${parley.url}/api/v1/models`, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } })
  await fetch(`${parley.url}/readyz`)
  await eventually('the request', () => collector.spans.some(({ name }) => name === 'GET /api/v1/models'))
  expect(collector.spans.map((span) => span.traceId)).not.toContain(traceId)
  const roots = collector.spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name)
  for (const name of roots) expect(name).toMatch(/^(command|GET|POST|PUT|PATCH|DELETE) /)
})
