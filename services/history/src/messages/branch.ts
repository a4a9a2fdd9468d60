import type { AppendResult, BodyOf, NewMessageInput, PromptJob } from '@parley/history-client'
import { type Message, Refusal, type TreeMessage, tipBeneath } from '@parley/protocol'
import { CompiledQuery, sql } from 'kysely'
import { changing, type Held } from '../conversations/changing.ts'
import { writeConversation } from '../conversations/write.ts'
import type { Deps } from '../deps.ts'
import { type AppendRow, appendSql } from './append.sql.ts'
import { type AppendDeps, appendValues, asChanges, asJobs, refuse } from './append.ts'
import { findMessage, writeMessage } from './write.ts'

/** How far up a branch it is looked whether something is put aside, and how many messages after a fork are looked at. */
const maxUp = 1_000
const maxBeneath = 20_000

/** Stores a message in the place of another: the conversation goes on from there on a branch of its own. */
export function createBranchAppend(deps: AppendDeps) {
  return async function appendBranch(input: NewMessageInput): Promise<AppendResult> {
    const { author: actor, conversation, instead } = input
    try {
      const { seq, jobs } = await changing(deps, { actor, conversation }, 'send', async (held) => {
        const replaced = (await findMessage(held, instead!)).message
        if (replaced.role !== 'user') {
          throw new Refusal('message.not_a_prompt', 'Only what a person wrote can be asked again.')
        }
        const known = await findSeq(held, input)
        if (known !== undefined) return { seq: known, jobs: [] as PromptJob[] }
        await show(held, replaced, { away: true })
        return insertAfter(deps, held, replaced.parent, input)
      })
      deps.outbox.enqueue(jobs)
      return { seq }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
      return { code: error.code, message: error.message }
    }
  }
}

async function findSeq({ trx, conversation }: Held, { id, author }: NewMessageInput): Promise<number | undefined> {
  const known = await trx
    .selectFrom('messages')
    .select(['seq', 'author_id'])
    .where('conversation_id', '=', conversation.id)
    .where('id', '=', id)
    .executeTakeFirst()
  if (known && known.author_id !== author) {
    throw new Refusal('message.id_taken', 'This id belongs to another message. Make a new one.')
  }
  return known?.seq
}

async function insertAfter(
  { quota }: Pick<Deps, 'quota'>,
  held: Held,
  parent: string | null,
  input: NewMessageInput,
): Promise<{ seq: number; jobs: PromptJob[] }> {
  const { trx, conversation } = held
  let seq = 0
  let jobs: PromptJob[] = []
  await held.changeBy(async () => {
    await sql`update conversations set tip_id = ${parent} where id = ${conversation.id}`.execute(trx)
    const execute = async (text: string, values: unknown[]) => trx.executeQuery(CompiledQuery.raw(text, values))
    const { rows } = await execute(appendSql, appendValues(quota, [input]))
    const [row] = rows as AppendRow[]
    const refused = row && refuse(input, row)
    if (!row || refused) throw new Error(`a branch was refused: ${refused?.message}`)
    seq = row.seq!
    jobs = asJobs(input, row)
    const changes = asChanges(input, row)
    const last = changes.at(-1)
    if (last?.kind === 'message') conversation.tip = last.message.id
    return changes
  })
  return { seq, jobs }
}

/** Which version of a message everybody sees. */
export function createBranches(deps: Pick<Deps, 'db' | 'announcements'>) {
  return { chooseVersion }

  /** Shows a message, and what followed it, in the place of its other versions. */
  async function chooseVersion({ actor, conversation, message }: BodyOf<'chooseVersion'>): Promise<{ seq: number }> {
    return changing(deps, { actor, conversation }, 'send', async (held) => {
      const wanted = await findMessage(held, message)
      await show(held, wanted.message)
      const tip = await findTip(held, wanted.message)
      if (tip === held.conversation.tip) return { seq: wanted.changedSeq }
      return { seq: await writeConversation(held, { tip }) }
    })
  }
}

/**
 * Shows a message: puts the versions aside that stand in its place, or in that of one above it.
 *
 * @param away whether the message itself is put aside as well, to make room for a new version
 */
export async function show(held: Held, message: Message, { away = false } = {}): Promise<void> {
  const { trx, conversation } = held
  const { rows } = await sql<{ id: string }>`
    with recursive up as (
      select id, parent_id, aside, 1 as height from messages
      where conversation_id = ${conversation.id} and id = ${message.id}
      union all
      select m.id, m.parent_id, m.aside, up.height + 1
      from up join messages m on m.conversation_id = ${conversation.id} and m.id = up.parent_id
      where up.height < ${maxUp}
    )
    select id from up where aside order by height desc`.execute(trx)
  const hidden = rows.map(({ id }) => id).filter((id) => !away || id !== message.id)
  for (const id of hidden) {
    const { message: above } = await findMessage(held, id)
    await putVersionsAside(held, above)
    await writeMessage(held, id, { aside: false })
  }
  if (away) await putVersionsAside(held, message)
}

/** Puts the version aside that is shown in the place of a message. */
async function putVersionsAside(held: Held, { parent, role, assistant }: Message): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from messages
    where conversation_id = ${held.conversation.id} and parent_id is not distinct from ${parent} and role = ${role}
      and assistant_id is not distinct from ${assistant ?? null} and not aside
      and seq > coalesce((
        select seq from messages where conversation_id = ${held.conversation.id} and id = ${parent}
      ), 0)`.execute(held.trx)
  for (const { id } of rows) await writeMessage(held, id, { aside: true })
}

/** The end of the branch that a message is shown in. */
export async function findTip(held: Held, message: Message): Promise<string> {
  const parent = message.parent === null ? undefined : (await findMessage(held, message.parent)).message
  const from = parent ?? message
  const { rows } = await sql<{
    id: string
    seq: number
    parent: string | null
    role: TreeMessage['role']
    assistant: string | null
    aside: boolean
  }>`
    select id, seq, parent_id as parent, role, assistant_id as assistant, aside
    from messages where conversation_id = ${held.conversation.id} and seq > ${from.seq}
    order by seq limit ${maxBeneath}`.execute(held.trx)
  const beneath = rows.map(
    ({ id, seq, parent, role, assistant, aside }): TreeMessage => ({
      id,
      seq,
      parent,
      role,
      ...(assistant && { assistant }),
      ...(aside && { aside }),
    }),
  )
  return tipBeneath(beneath, from).id
}
