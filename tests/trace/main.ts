// npm run trace: one message and one reply on Compose, each hop with its time, drawn into docs/.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '@parley/protocol'
import { eventually } from '@parley/testing'
import { startWorld } from '../faults/world.ts'
import { gather, signUp } from '../support/people.ts'
import { collectTraces, type Span } from './collect.ts'
import { drawTrace } from './draw.ts'

const docs = join(import.meta.dirname, '../../docs')
/** What comes first has code to compile: the trace is of what comes after. */
const warmUps = 30
const question = (name: string) => `@assistant say ${name} in 20 words at 50 per second`

const collector = await collectTraces('0.0.0.0')
process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://host.docker.internal:${collector.port}`
const world = await startWorld({
  project: 'parley-trace',
  port: '18096',
  overlays: ['deploy/compose/tracing.yaml'],
  scale: { 'chat-ws': 2 },
})
try {
  const people = await Promise.all(
    ['Ada', 'Grace'].map((name) => signUp(world.origin, name, `parley_affinity=${newId()}`)),
  )
  const conversation = await gather(people, 'mention')
  const tabs = people.map((person) => person.connect())
  const followers = tabs.map((tab) => tab.follow(conversation))
  for (const follower of followers) await follower.until('the conversation', () => true)
  const send = async (content: string) => {
    const id = newId()
    await tabs[0]!.connection.request({ type: 'send', id, conversation, content })
    return id
  }
  for (let n = 0; n < warmUps; n += 1) await send('Is it warm?')
  await answered(await send(question('warm')))
  await draw('message', 'A message, from the command to the sockets of two chat nodes', await send('Hello'))
  const asked = await send(question('hello'))
  await answered(asked)
  await draw('reply', 'A prompt and its reply of 20 words, at 50 words a second', asked)
  for (const tab of tabs) tab.close()

  async function answered(prompt: string): Promise<void> {
    await followers[1]!.until('the reply', ({ messages }) =>
      messages.some(({ parent, reply }) => parent === prompt && reply?.status === 'complete'),
    )
  }
} finally {
  await world.stop()
  await collector.close()
}

async function draw(name: string, title: string, command: string): Promise<void> {
  let known = -1
  const spans = await eventually(
    `the trace of the ${name}`,
    async () => {
      const begun = collector.spans.find((span) => span.attributes['parley.command.id'] === command)
      const all = collector.spans.filter(({ traceId }) => begun && traceId === begun.traceId)
      // Whole when nothing has come for longer than the services keep spans.
      const isWhole = all.length > 0 && all.length === known
      known = all.length
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      return isWhole && all
    },
    60_000,
  )
  await writeFile(join(docs, `trace-${name}.svg`), drawTrace(title, shown(spans)))
  console.log(`docs/trace-${name}.svg: ${spans.length} spans`)
}

/** Without the beginnings and ends of transactions, which take no time to speak of. */
function shown(spans: Span[]): Span[] {
  return spans.filter(
    ({ name, startedAt, endedAt }) => !/^postgres (begin|commit|start)/i.test(name) || endedAt - startedAt > 1,
  )
}
