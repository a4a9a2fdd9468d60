import type { AppendResult, NewMessageInput, PromptJob } from '@parley/history-client'
import { type Change, type Message, newId } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { isUniqueViolation } from '../schema/database.ts'
import { type AppendRow, appendSql } from './append.sql.ts'
import { loadMessages } from './load.ts'

const mention = /(^|[^\p{L}\p{N}_])@assistant(?![\p{L}\p{N}_])/iu
const tries = 5

/**
 * Stores a batch of messages, each once however often it is sent, numbers them, and then announces them. A message that
 * asks the assistant gets its reply's row in the same commit.
 *
 * @returns one result a message, in the order given
 */
export function createAppend(deps: Pick<Deps, 'pool' | 'db' | 'announcements' | 'outbox'>) {
  return async function append({ messages }: { messages: NewMessageInput[] }): Promise<{ results: AppendResult[] }> {
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
        if (row.addressed) jobs.push({ conversation: input.conversation, message: row.reply_id! })
      } else repeated.push(input)
      return { seq: row.seq! }
    })
    for (const [conversation, list] of changes) {
      list.sort((a, b) => a.seq - b.seq)
      deps.announcements.changes(conversation, list)
    }
    deps.outbox.enqueue(jobs)
    if (repeated.length > 0) void announceAgain(deps, repeated)
    return { results }
  }
}

async function store({ pool }: Pick<Deps, 'pool'>, messages: NewMessageInput[]): Promise<AppendRow[]> {
  const values = [
    messages.map((message) => message.id),
    messages.map((message) => message.conversation),
    messages.map((message) => message.author),
    messages.map((message) => message.content.toWellFormed()),
    messages.map((message) => message.parent ?? null),
    messages.map(() => newId()),
    messages.map((message) => mention.test(message.content)),
  ]
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await pool.query<AppendRow>({ name: 'append', text: appendSql, values })).rows
    } catch (error) {
      if (!isUniqueViolation(error) || attempt >= tries) throw error
    }
  }
}

function refuse(input: NewMessageInput, row: AppendRow): { code: string; message: string } | undefined {
  if (row.role === null) {
    return {
      code: 'conversation.not_found',
      message: 'There is no such conversation, or you are not a member of it.',
    }
  }
  if (row.role === 'viewer') return { code: 'access.forbidden', message: 'Viewers cannot write here.' }
  if (row.known_author !== null && row.known_author !== input.author) return idTaken
  return row.seq === null ? idTaken : undefined
}

const idTaken = { code: 'message.id_taken', message: 'This id belongs to another message. Make a new one.' }

function asChanges(input: NewMessageInput, row: AppendRow): Change[] {
  const seq = row.seq!
  const common = { createdAt: row.created_at.toISOString(), editedAt: null, deletedAt: null, reactions: [] }
  const message: Message = {
    id: input.id,
    seq,
    author: input.author,
    role: 'user',
    parent: input.parent ?? null,
    content: input.content.toWellFormed(),
    ...common,
  }
  if (!row.addressed) return [{ kind: 'message', seq, message }]
  const reply: Message = {
    id: row.reply_id!,
    seq: seq + 1,
    author: null,
    role: 'assistant',
    parent: input.id,
    content: '',
    ...common,
    reply: { status: 'queued' },
  }
  return [
    { kind: 'message', seq, message },
    { kind: 'message', seq: seq + 1, message: reply },
  ]
}

/** A repeat may follow a crash between commit and announcement: say again what stands, and queue what still waits. */
async function announceAgain(
  deps: Pick<Deps, 'db' | 'announcements' | 'outbox'>,
  inputs: NewMessageInput[],
): Promise<void> {
  for (const { conversation, id } of inputs) {
    const stored = await loadMessages(deps.db, conversation, { withReplies: [id] }).catch(() => [])
    const changes = stored.map(({ message, changedSeq }): Change => ({ kind: 'message', seq: changedSeq, message }))
    deps.announcements.changes(conversation, changes)
    const waiting = stored.filter(({ message }) => message.reply?.status === 'queued')
    deps.outbox.enqueue(waiting.map(({ message }) => ({ conversation, message: message.id })))
  }
}
