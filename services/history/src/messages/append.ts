import type { AppendResult, NewMessageInput, PromptJob } from '@parley/history-client'
import type { Change, Message } from '@parley/protocol'
import { allows } from '../access.ts'
import type { Deps } from '../deps.ts'
import { type Quota, quotaFailure } from '../replies/quota.ts'
import { isUniqueViolation } from '../schema/database.ts'
import { type AppendRow, appendSql, checkedAppendSql } from './append.sql.ts'
import { createBranchAppend } from './branch.ts'
import { loadMessages } from './load.ts'

const mention = /(?<![\p{L}\p{N}_])@([\p{L}\p{N}_]{1,32})(?![\p{L}\p{N}_])/gu
const tries = 5

export type AppendDeps = Pick<Deps, 'pool' | 'db' | 'announcements' | 'outbox' | 'quota'>

/**
 * Stores a batch of messages, each once however often it is sent, numbers them, and then announces them. A message that
 * asks an assistant gets its reply's row in the same commit.
 *
 * @returns one result a message, in the order given
 */
export function createAppend(deps: AppendDeps) {
  const appendBranch = createBranchAppend(deps)

  return async function append({ messages }: { messages: NewMessageInput[] }): Promise<{ results: AppendResult[] }> {
    const results: AppendResult[] = []
    for (const run of runsOf(messages)) {
      if (run[0]?.instead === undefined) results.push(...(await appendInLine(deps, run)))
      else results.push(await appendBranch(run[0]))
    }
    return { results }
  }
}

/** Messages that stand in line go together; one that takes another's place goes alone, and all in the order given. */
function runsOf(messages: NewMessageInput[]): NewMessageInput[][] {
  if (messages.every(({ instead }) => instead === undefined)) return [messages]
  const runs: NewMessageInput[][] = []
  for (const message of messages) {
    const last = runs.at(-1)
    if (last && last[0]?.instead === undefined && message.instead === undefined) last.push(message)
    else runs.push([message])
  }
  return runs
}

async function appendInLine(deps: AppendDeps, messages: NewMessageInput[]): Promise<AppendResult[]> {
  const rows = await store(deps, messages)
  const changes = new Map<string, Change[]>()
  const jobs: PromptJob[] = []
  const repeated: NewMessageInput[] = []
  const results = messages.map((input, index): AppendResult => {
    const row = rows[index]!
    const refused = refuse(input, row)
    if (refused) return refused
    if (row.is_new) {
      const list = changes.get(input.conversation) ?? []
      changes.set(input.conversation, list)
      list.push(...asChanges(input, row))
      jobs.push(...asJobs(input, row))
    } else repeated.push(input)
    return { seq: row.seq! }
  })
  for (const [conversation, list] of changes) {
    list.sort((a, b) => a.seq - b.seq)
    deps.announcements.changes(conversation, list)
  }
  deps.outbox.enqueue(jobs)
  if (repeated.length > 0) void announceAgain(deps, repeated)
  return results
}

async function store({ pool, quota }: AppendDeps, messages: NewMessageInput[]): Promise<AppendRow[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Nearly always nothing was stored before; where something was, the batch is looked through.
      const [name, text] = attempt === 1 ? ['append', appendSql] : ['append-checked', checkedAppendSql]
      return (await pool.query({ name, text, values: appendValues(quota, messages) })).rows
    } catch (error) {
      if (!isUniqueViolation(error) || attempt >= tries) throw error
    }
  }
}

/** What the append's statements are given. */
export function appendValues(quota: Quota, messages: NewMessageInput[]): unknown[] {
  return [
    messages.map((message) => message.id),
    messages.map((message) => message.conversation),
    messages.map((message) => message.author),
    messages.map((message) => message.content.toWellFormed()),
    messages.map((message) => mentionsIn(message.content)),
    quota.requestsPerDay,
    quota.tokensPerDay,
    quota.openReplies,
    quota.repliesAtOnce,
  ]
}

function mentionsIn(content: string): string {
  if (!content.includes('@')) return ''
  return Array.from(content.matchAll(mention), ([, handle]) => handle!.toLowerCase()).join(' ')
}

/** Why a message was not stored, where it was not. */
export function refuse(input: NewMessageInput, row: AppendRow): { code: string; message: string } | undefined {
  if (row.role === null) {
    return {
      code: 'conversation.not_found',
      message: 'There is no such conversation, or you are not a member of it.',
    }
  }
  if (!allows(row.role, 'send')) return { code: 'access.forbidden', message: 'Viewers cannot write here.' }
  if (row.known_author !== null && row.known_author !== input.author) return idTaken
  return row.seq === null ? idTaken : undefined
}

const idTaken = { code: 'message.id_taken', message: 'This id belongs to another message. Make a new one.' }

/** The changes that a stored message and its replies are. */
export function asChanges(input: NewMessageInput, row: AppendRow): Change[] {
  const seq = row.seq!
  const common = { createdAt: row.created_at.toISOString(), editedAt: null, deletedAt: null, reactions: [] }
  const message: Message = {
    id: input.id,
    seq,
    author: input.author,
    role: 'user',
    parent: row.parent_id,
    content: input.content.toWellFormed(),
    ...common,
  }
  const changes: Change[] = [{ kind: 'message', seq, message }]
  for (const { id, seq: at, assistant, refusal } of row.replies ?? []) {
    const reply: Message = {
      id,
      seq: at,
      author: null,
      role: 'assistant',
      parent: input.id,
      content: '',
      ...common,
      reply: refusal ? quotaFailure(refusal, row.created_at) : { status: 'queued' },
      assistant,
    }
    changes.push({ kind: 'message', seq: at, message: reply })
  }
  return changes
}

/** The prompts that a stored message makes and that may go into the queue now. */
export function asJobs({ conversation }: NewMessageInput, { replies }: AppendRow): PromptJob[] {
  const now = (replies ?? []).filter(({ refusal, released }) => released && !refusal)
  return now.map(({ id }) => ({ conversation, message: id }))
}

/** A repeat may follow a crash between commit and announcement: say again what stands, and queue what still waits. */
async function announceAgain(deps: AppendDeps, inputs: NewMessageInput[]): Promise<void> {
  for (const { conversation, id } of inputs) {
    const stored = await loadMessages(deps.db, conversation, { withReplies: [id] }).catch(() => [])
    const changes = stored.map(({ message, changedSeq }): Change => ({ kind: 'message', seq: changedSeq, message }))
    deps.announcements.changes(conversation, changes)
    const waiting = stored.filter(({ row }) => row.status === 'queued' && row.released_at !== null)
    deps.outbox.enqueue(waiting.map(({ message }) => ({ conversation, message: message.id })))
  }
}
