import type { BodyOf } from '@parley/history-client'
import { Refusal } from '@parley/protocol'
import { requireModel } from '../administration/installation.ts'
import { changing, type Held } from '../conversations/changing.ts'
import { writeConversation } from '../conversations/write.ts'
import type { Deps } from '../deps.ts'
import { findTip, show } from '../messages/branch.ts'
import { loadMessage } from '../messages/load.ts'
import type { MessageRow } from '../messages/rows.ts'
import { findMessage, writeMessage } from '../messages/write.ts'
import { spendRequest } from './quota.ts'
import { findReply } from './reply.ts'

/** Asking for a reply once more: anew, further, or as another version. Each is one more request of who asks. */
export function createRepeats(deps: Pick<Deps, 'db' | 'announcements' | 'outbox' | 'quota'>) {
  return { retryReply, continueReply, regenerateReply }

  /** Begins a reply anew that has failed or was stopped; one that is going on already is left alone. */
  function retryReply(at: BodyOf<'retryReply'>): Promise<{ seq: number }> {
    return askAgain(at, async ({ status }) => {
      if (status === 'complete') throw new Refusal('reply.over', 'This reply is finished.')
      return { content: '', parts: null, input_tokens: null, output_tokens: null, cached_tokens: null }
    })
  }

  /** Goes on with a reply that was cut by the length limit. */
  function continueReply(at: BodyOf<'continueReply'>): Promise<{ seq: number }> {
    return askAgain(at, async ({ status, cut }) => {
      if (status !== 'complete' || !cut) throw new Refusal('reply.over', 'This reply is finished.')
      return { cut: false }
    })
  }

  async function askAgain(
    { actor, conversation, message }: { actor: string; conversation: string; message: string },
    reset: (row: MessageRow) => Promise<Parameters<typeof writeMessage>[2]>,
  ): Promise<{ seq: number }> {
    const { seq, asked } = await changing(deps, { actor, conversation }, 'send', async (held) => {
      const { row, changedSeq } = await findReply(held, message)
      if (row.deleted_at !== null) throw new Refusal('message.not_found', 'This reply was deleted.')
      if (row.status === 'queued' || row.status === 'streaming') return { seq: changedSeq, asked: false }
      const fields = await reset(row)
      await spendRequest(held.trx, actor, deps.quota)
      const seq = await writeMessage(held, message, {
        ...fields,
        status: 'queued',
        failures: 0,
        deaths: 0,
        begun_chars: 0,
        asked_by: actor,
        released_at: null,
        stop_requested_by: null,
        error_code: null,
        error_reason: null,
      })
      return { seq, asked: true }
    })
    if (asked) deps.outbox.nextTurn(actor)
    return { seq }
  }

  /** Has another version of a reply written, which is shown from now on in the place of the others. */
  async function regenerateReply(body: BodyOf<'regenerateReply'>): Promise<{ seq: number }> {
    const { actor, conversation, message, reply, model } = body
    const { seq, asked } = await changing(deps, { actor, conversation }, 'send', async (held) => {
      const { row, message: old } = await findReply(held, message)
      const known = await loadMessage(held.trx, conversation, reply)
      if (known && known.row.parent_id !== row.parent_id) {
        throw new Refusal('message.id_taken', 'This id belongs to another message. Make a new one.')
      }
      if (known) return { seq: known.message.seq, asked: false }
      if (row.status === 'queued' || row.status === 'streaming') {
        throw new Refusal('reply.held', 'This reply is still being written. Stop it first.')
      }
      await requireModel(held.trx, model)
      await spendRequest(held.trx, actor, deps.quota)
      await show(held, old, { away: true })
      const seq = await insertVersion(held, row, { id: reply, actor, model })
      const { message: version } = await findMessage(held, reply)
      await writeConversation(held, { tip: await findTip(held, version) })
      return { seq, asked: true }
    })
    if (asked) deps.outbox.nextTurn(actor)
    return { seq }
  }
}

function insertVersion(
  held: Held,
  { parent_id, assistant_id }: MessageRow,
  { id, actor, model }: { id: string; actor: string; model: string | undefined },
): Promise<number> {
  return held.change(async (seq) => {
    await held.trx
      .insertInto('messages')
      .values({
        conversation_id: held.conversation.id,
        seq,
        changed_seq: seq,
        id,
        role: 'assistant',
        parent_id,
        content: '',
        status: 'queued',
        assistant_id,
        asked_by: actor,
        wanted_model: model ?? null,
      })
      .execute()
    return { kind: 'message', seq, message: (await findMessage(held, id)).message }
  })
}
