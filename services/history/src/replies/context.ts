import type { Claim, Spoken } from '@parley/history-client'
import { type Assistant, shownBranch } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'

const pageRows = 200
/** How much of a conversation is looked through for one reply. */
const maxRows = 4_000
/** The part of what a model may read that is kept for the summary of the rest. */
const summaryShare = 1 / 8
/** What a message costs beside its text. */
const tokensAMessage = 8

type Row = {
  id: string
  seq: number
  parent: string | null
  role: 'user' | 'assistant'
  assistant?: string
  aside?: true
  name: string | null
  content: string
}
type Summary = { content: string; covers: number }
/** Who is to answer, and who else might have spoken. */
type Speaker = { assistant: string | null; instructions: string; assistants: Assistant[] }
type Turn = { messages: Row[]; tokens: number }
type Context = Pick<Claim, 'messages' | 'summary' | 'overflow'> & {
  /** How many of the branch's messages the model does not get as they were written. */
  leftOut: number
}

/** An estimate: the tokenizers of today make about one token of four bytes of English, and less than two of most else. */
function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4)
}

/**
 * What a model gets to read before it writes a reply: the newest turns of the reply's branch, whole, as many as fit. A
 * turn is what a person wrote, and the answers to it. What does not fit is left to the summary of it.
 *
 * @returns undefined where not even the newest turn fits
 */
export async function loadContext(
  db: Kysely<Database>,
  reply: { conversation: string; seq: number; parent: string | null },
  contextTokens: number,
  speaker: Speaker,
): Promise<Context | undefined> {
  const maxTokens = contextTokens - estimateTokens(speaker.instructions)
  const summaries = await loadSummaries(db, reply.conversation)
  const branch = await loadBranch(db, reply, 4 * maxTokens, summaries)
  const summarisedAt = branch.findLastIndex(({ id }) => summaries.has(id))
  const kept = summaries.get(branch[summarisedAt]?.id ?? '')
  const summary = kept?.content
  const turns = turnsOf(branch.slice(summarisedAt + 1))
  const room = maxTokens - (summary === undefined ? 0 : estimateTokens(summary))
  let first = fitting(turns, room)
  if (first === turns.length && turns.length > 0) return undefined
  // Where something is left out, there is to be room for the summary to come.
  if (first > 0) first = Math.min(fitting(turns, Math.min(room, maxTokens * (1 - summaryShare))), turns.length - 1)
  const spoken = (part: Turn[]) => part.flatMap(({ messages }) => messages.map((row) => toSpoken(row, speaker)))
  const dropped = turns.slice(0, first)
  const until = dropped.at(-1)?.messages.at(-1)?.id
  const leftOut = (kept?.covers ?? 0) + dropped.reduce((sum, { messages }) => sum + messages.length, 0)
  return {
    messages: spoken(turns.slice(first)),
    ...(summary !== undefined && { summary }),
    ...(until !== undefined && {
      overflow: { until, covers: leftOut, messages: spoken(newestFitting(dropped, maxTokens)) },
    }),
    leftOut,
  }
}

/** The reply's branch before it, oldest first, as far back as it may be of use. */
async function loadBranch(
  db: Kysely<Database>,
  { conversation, seq, parent }: { conversation: string; seq: number; parent: string | null },
  enoughTokens: number,
  summaries: Map<string, Summary>,
): Promise<Row[]> {
  let rows: Row[] = []
  for (let before = seq; rows.length < maxRows; ) {
    const page = await loadPage(db, conversation, before)
    rows = [...page, ...rows]
    const branch = shownBranch(rows, parent)
    const tokens = branch.reduce((sum, { content }) => sum + estimateTokens(content), 0)
    const done = page.length < pageRows || tokens > enoughTokens || branch.some(({ id }) => summaries.has(id))
    if (done) return withoutParallel(branch, parent)
    before = page[0]!.seq
  }
  return withoutParallel(shownBranch(rows, parent), parent)
}

/** What other assistants answer to the same prompt is not said yet. */
function withoutParallel(branch: Row[], prompt: string | null): Row[] {
  return branch.filter(({ role, parent, content }) => !(role === 'assistant' && parent === prompt) && content !== '')
}

async function loadPage(db: Kysely<Database>, conversation: string, before: number): Promise<Row[]> {
  const { rows } = await sql<Omit<Row, 'assistant' | 'aside'> & { assistant: string | null; aside: boolean }>`
    select
      m.id, m.seq, m.parent_id as parent, m.role, m.assistant_id as assistant, m.aside, u.name,
      case when m.deleted_at is null then m.content else '' end as content
    from messages m left join users u on u.id = m.author_id
    where m.conversation_id = ${conversation} and m.seq < ${before}
    order by m.seq desc limit ${pageRows}`.execute(db)
  return rows
    .reverse()
    .map(({ assistant, aside, ...row }) => ({ ...row, ...(assistant && { assistant }), ...(aside && { aside }) }))
}

async function loadSummaries(db: Kysely<Database>, conversation: string): Promise<Map<string, Summary>> {
  const rows = await db
    .selectFrom('summaries')
    .select(['message_id', 'content', 'covers'])
    .where('conversation_id', '=', conversation)
    .execute()
  return new Map(rows.map(({ message_id, ...summary }) => [message_id, summary]))
}

function turnsOf(rows: Row[]): Turn[] {
  const turns: Turn[] = []
  for (const row of rows) {
    if (row.role === 'user' || turns.length === 0) turns.push({ messages: [], tokens: 0 })
    const turn = turns.at(-1)!
    turn.messages.push(row)
    turn.tokens += estimateTokens(row.content) + tokensAMessage
  }
  return turns
}

/** The first of the turns from which on all fit together. */
function fitting(turns: Turn[], maxTokens: number): number {
  let tokens = 0
  let first = turns.length
  while (first > 0 && tokens + turns[first - 1]!.tokens <= maxTokens) {
    first -= 1
    tokens += turns[first]!.tokens
  }
  return first
}

function newestFitting(turns: Turn[], maxTokens: number): Turn[] {
  return turns.slice(fitting(turns, maxTokens))
}

function toSpoken({ role, name, content, assistant }: Row, speaker: Speaker): Spoken {
  if (role === 'user') return { role, content, ...(name !== null && { name }) }
  if (!assistant || assistant === speaker.assistant) return { role, content }
  // To an assistant the others are people like all.
  return { role: 'user', content, name: speaker.assistants.find(({ id }) => id === assistant)?.name ?? 'Assistant' }
}
