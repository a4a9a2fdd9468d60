import type { BodyOf, Claim, ResponseOf } from '@parley/history-client'
import { Refusal, replyErrors, topics } from '@parley/protocol'
import { sql } from 'kysely'
import { changing, changingAsSystem, type Held } from '../conversations/changing.ts'
import type { Deps } from '../deps.ts'
import type { Stored } from '../messages/load.ts'
import { findMessage, writeMessage } from '../messages/write.ts'
import { loadContext } from './context.ts'

/** How often a reply is begun before it has failed. */
const maxAttempts = 3

/**
 * The life of a reply: queued → streaming → complete, stopped or failed. The attempt number is the fencing token: each
 * claim raises it, and only the holder of the newest may extend or finish.
 */
export function createReplies(deps: Pick<Deps, 'db' | 'announcements' | 'relay' | 'outbox'>) {
  return { claimReply, extendReply, releaseReply, finishReply, stopReply, retryReply }

  /**
   * Gives a reply to a worker, for `leaseMs`.
   *
   * @throws Refusal `reply.held` while another worker's lease runs, with the time after which to try again;
   *   `reply.over` when there is nothing left to write
   */
  function claimReply({ conversation, message, model, leaseMs }: BodyOf<'claimReply'>): Promise<Claim> {
    return changingAsSystem(deps, conversation, async (held) => {
      const { row } = await findReply(held, message)
      if (row.status !== 'queued' && row.status !== 'streaming') {
        throw new Refusal('reply.over', 'This reply is finished.')
      }
      const heldForMs = row.status === 'streaming' ? (row.lease_until?.getTime() ?? 0) - Date.now() : 0
      if (heldForMs > 0) {
        throw new Refusal('reply.held', 'Another worker writes this reply.', { retryAfterMs: heldForMs })
      }
      const attemptsLeft = maxAttempts - (row.attempt - row.attempts_before)
      if (attemptsLeft <= 0) {
        await writeMessage(held, message, {
          status: 'failed',
          lease_until: null,
          error_code: 'attempts.exhausted',
          error_reason: replyErrors['attempts.exhausted'].words,
        })
        return undefined
      }
      const attempt = row.attempt + 1
      await writeMessage(held, message, { status: 'streaming', attempt, model, lease_until: until(leaseMs) })
      const messages = await loadContext(held.trx, conversation, row.seq)
      const untitled = held.conversation.title === ''
      return { attempt, untitled, attemptsLeft: attemptsLeft - 1, stop: row.stop_requested_by !== null, messages }
    }).then((claim) => {
      if (!claim) throw new Refusal('reply.over', 'This reply has failed too often.')
      return claim
    })
  }

  async function extendReply({ leaseMs, ...claim }: BodyOf<'extendReply'>): Promise<ResponseOf<'extendReply'>> {
    return { stop: (await setLease(claim, leaseMs)).stop_requested_by !== null }
  }

  async function releaseReply({ againInMs, ...claim }: BodyOf<'releaseReply'>): Promise<object> {
    await setLease(claim, againInMs)
    return {}
  }

  async function setLease(claim: { conversation: string; message: string; attempt: number }, leaseMs: number) {
    const row = await deps.db
      .updateTable('messages')
      .set({ lease_until: until(leaseMs) })
      .where('conversation_id', '=', claim.conversation)
      .where('id', '=', claim.message)
      .where('status', '=', 'streaming')
      .where('attempt', '=', claim.attempt)
      .returning('stop_requested_by')
      .executeTakeFirst()
    if (!row) throw stale()
    return row
  }

  /** Commits a reply's text and end. A repeat by the same holder finds it done. */
  function finishReply(body: BodyOf<'finishReply'>): Promise<{ seq: number }> {
    const { conversation, message, attempt, content, end } = body
    return changingAsSystem(deps, conversation, async (held) => {
      const { row, changedSeq } = await findReply(held, message)
      if (row.attempt !== attempt) throw stale()
      if (row.status !== 'streaming') {
        if (row.status === end.status && row.content === content) return { seq: changedSeq }
        throw stale()
      }
      const seq = await writeMessage(held, message, {
        content: content.toWellFormed().replaceAll('\0', ''),
        status: end.status,
        lease_until: null,
        input_tokens: end.status === 'complete' ? (end.usage?.inputTokens ?? null) : null,
        output_tokens: end.status === 'complete' ? (end.usage?.outputTokens ?? null) : null,
        error_code: end.status === 'failed' ? end.code : null,
        error_reason: end.status === 'failed' ? end.reason : null,
      })
      await setPreview(held, content)
      return { seq }
    })
  }

  /** Ends a reply that waits at once; one that is being written is ended by its worker, who hears of it here. */
  async function stopReply({ actor, conversation, message }: BodyOf<'stopReply'>): Promise<object> {
    await changing(deps, { actor, conversation }, 'stop', async (held) => {
      const { row } = await findReply(held, message)
      if (row.status === 'queued') {
        await writeMessage(held, message, { status: 'stopped', stop_requested_by: actor })
      } else if (row.status === 'streaming' && row.stop_requested_by === null) {
        await held.trx
          .updateTable('messages')
          .set({ stop_requested_by: actor })
          .where('conversation_id', '=', conversation)
          .where('id', '=', message)
          .execute()
      }
    })
    deps.relay.publish(topics.reply(message), 'stop')
    return {}
  }

  /** Begins a reply anew that has failed or was stopped; one that is going on already is left alone. */
  async function retryReply({ actor, conversation, message }: BodyOf<'retryReply'>): Promise<{ seq: number }> {
    const { seq, attempt } = await changing(deps, { actor, conversation }, 'send', async (held) => {
      const { row, changedSeq } = await findReply(held, message)
      if (row.deleted_at !== null) throw new Refusal('message.not_found', 'This reply was deleted.')
      if (row.status === 'complete') throw new Refusal('reply.over', 'This reply is finished.')
      if (row.status !== 'failed' && row.status !== 'stopped') return { seq: changedSeq, attempt: undefined }
      const seq = await writeMessage(held, message, {
        status: 'queued',
        content: '',
        attempts_before: row.attempt,
        stop_requested_by: null,
        error_code: null,
        error_reason: null,
      })
      return { seq, attempt: row.attempt }
    })
    if (attempt !== undefined) deps.outbox.enqueue([{ conversation, message }], `after-${attempt}`)
    return { seq }
  }
}

async function findReply(held: Held, message: string): Promise<Stored> {
  const stored = await findMessage(held, message)
  if (stored.row.status === null) throw new Refusal('message.not_a_reply', 'This message is not a reply.')
  return stored
}

async function setPreview({ trx, conversation }: Held, content: string): Promise<void> {
  await sql`
    update conversations set preview = left(${content}, 140), active_at = now()
    where id = ${conversation.id} and ${content} <> ''`.execute(trx)
}

function until(leaseMs: number) {
  return sql<Date>`now() + ${leaseMs} * interval '1 ms'`
}

function stale(): Refusal {
  return new Refusal('reply.stale', 'Another worker has taken over this reply.')
}
