import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHistory } from '@parley/history'
import { createHistoryClient } from '@parley/history-client'
import { startPostgres } from '@parley/local-postgres'
import { newId } from '@parley/protocol'
import { createInProcessQueue } from '@parley/queue'
import { createInProcessExchange } from '@parley/relay'
import pg from 'pg'
import { pino } from 'pino'
import { quantile } from './quantile.ts'

// One person with very many conversations, of which one is very long: how long history takes to answer, and by which
// plans. `npm run bench:large`

const [conversations, messages, times] = [100_000, 1_000_000, 200]
/** Of the long one, as many can be searched: writing down the words of all takes minutes. */
const searchable = 100_000
/** In which of the messages somebody is, who has been away. */
const behind = [0, 10, 500]

const log = pino({ level: 'warn' }, pino.destination(2))
const folder = await mkdtemp(join(tmpdir(), 'parley-large-'))
const postgres = await startPostgres(folder)
const exchange = createInProcessExchange()
const queue = createInProcessQueue(log)
const internalToken = randomBytes(32).toString('base64url')
const databaseUrl = postgres.url
const history = await createHistory({ host: '127.0.0.1', port: 0, databaseUrl, exchange, queue, internalToken, log })
const client = createHistoryClient({ url: history.url, token: internalToken })
const database = new pg.Client(databaseUrl)
await database.connect()
const [actor, conversation] = [newId(), newId()]

process.stderr.write(`${conversations} conversations, ${messages} messages in one of them …\n`)
await fill()
const statements = listen()
const head = messages + 1
const middle = () => Math.floor(Math.random() * messages)
let next: string | undefined
const asked: Record<string, () => Promise<unknown>> = {
  'the list, newest page': () => client.listConversations({ actor, limit: 50 }),
  'the list, page by page': async () => {
    const page = await client.listConversations({ actor, limit: 50, ...(next !== undefined && { before: next }) })
    next = page.next
  },
  'the list, what is pinned': () => client.listConversations({ actor, limit: 50, place: 'pinned' }),
  'opening: who is in it': () => client.getConversation({ actor, conversation }),
  'opening: the newest page': () => client.pageMessages({ actor, conversation, limit: 50 }),
  'a page anywhere': () => client.pageMessages({ actor, conversation, before: middle(), limit: 50 }),
  ...Object.fromEntries(
    behind.map((missed) => [
      `a catch-up of ${missed} changes`,
      () => client.changesSince({ actors: [actor], conversation, since: head - missed }),
    ]),
  ),
  'a search for what one message says': () =>
    client.search({ actor, query: `number ${Math.floor(Math.random() * searchable)}`, limit: 20 }),
  'a search in one conversation': () => client.search({ actor, query: '"every 77"', conversation, limit: 20 }),
  'a search for what 100,000 messages say': () => client.search({ actor, query: 'word', limit: 20 }),
  'a message stored': () =>
    client.appendMessages({ messages: [{ id: newId(), conversation: other, author: actor, content: 'hello' }] }),
}
const other = newId()
await client.createConversation({ actor, id: other, assistant: 'off' })

console.log('| asked of history | p50 ms | p95 ms |\n| --- | --- | --- |')
const plans: string[] = []
for (const [name, ask] of Object.entries(asked)) {
  for (let n = 0; n < 20; n += 1) await ask() // warm
  statements.length = 0
  await ask()
  const own: string[] = []
  for (const statement of [...statements]) own.push(...(await explain(statement)))
  plans.push(`## ${name}\n\n${own.join('\n\n')}`)
  const waits: number[] = []
  for (let n = 0; n < times; n += 1) {
    const startedAt = performance.now()
    await ask()
    waits.push(performance.now() - startedAt)
  }
  console.log(`| ${name} | ${quantile(waits, 0.5).toFixed(1)} | ${quantile(waits, 0.95).toFixed(1)} |`)
}
console.log(`\n${plans.join('\n\n')}`)

await client.close()
await history.close()
await queue.close()
await exchange.close()
await database.end()
await postgres.close()
await rm(folder, { recursive: true, force: true })

async function fill(): Promise<void> {
  await database.query(`insert into users (id, email, name, password_hash) values ($1, 'ada@example.org', 'Ada', '')`, [
    actor,
  ])
  await database.query(
    `insert into conversations (id, title, head_seq, changed_seq, member_count, active_at)
     select uuidv7(), 'About ' || n, 1, 1, 1, now() - n * interval '5 minutes' from generate_series(1, $1::int) n`,
    [conversations - 1],
  )
  await database.query(
    `insert into conversations (id, title, head_seq, changed_seq, member_count) values ($1, 'The long one', $2, 1, 1)`,
    [conversation, messages + 1],
  )
  await database.query(
    `insert into members (conversation_id, user_id, role, changed_seq) select id, $1, 'owner', 1 from conversations`,
    [actor],
  )
  await database.query(
    `insert into messages (conversation_id, seq, changed_seq, id, author_id, role, parent_id, content)
     select $1, n + 1, n + 1, uuidv7(), $2, 'user', null, repeat('word ', 20 + n % 60) || 'number ' || n || ' every ' || n % 1000 from generate_series(1, $3::int) n`,
    [conversation, actor, messages],
  )
  await database.query(
    `insert into message_words (conversation_id, message_id, seq, changed_seq, created_at, words)
     select conversation_id, id, seq, changed_seq, created_at, to_tsvector('parley', content) from messages
     where seq <= $1::int + 1`,
    [searchable],
  )
  await database.query('insert into searched (conversation_id, seq) select id, head_seq from conversations')
  await database.query('vacuum analyze')
}

/** The statements that this process sends from now on. */
function listen(): { text: string; values: unknown[] }[] {
  const heard: { text: string; values: unknown[] }[] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function spy(this: pg.Client, ...args: unknown[]) {
    const [first, second] = args as [string | { text: string; values?: unknown[] }, unknown[]?]
    if (this !== database && typeof first === 'string') heard.push({ text: first, values: second ?? [] })
    else if (this !== database && typeof first === 'object') {
      heard.push({ text: first.text, values: first.values ?? second ?? [] })
    }
    return (query as (...all: unknown[]) => unknown).apply(this, args)
  } as typeof query
  return heard
}

async function explain({ text, values }: { text: string; values: unknown[] }): Promise<string[]> {
  if (!/^\s*select/i.test(text)) return []
  const explained = `explain (analyze, costs off, timing off, summary off, buffers off) ${text}`
  const { rows } = await database.query(explained, values)
  return [`\`\`\`\n${rows.map((row) => row['QUERY PLAN']).join('\n')}\n\`\`\``]
}
