import type { BodyOf, Claim, ResponseOf } from '@parley/history-client'
import { type Assistant, Refusal, topics, writeTranscript } from '@parley/protocol'
import { chooseModel } from '../administration/installation.ts'
import { changing, changingAsSystem, type Held } from '../conversations/changing.ts'
import type { Deps } from '../deps.ts'
import type { MessageRow } from '../messages/rows.ts'
import { writeMessage } from '../messages/write.ts'
import { loadContext } from './context.ts'
import { endReply, failReply } from './end.ts'
import { extendLeases, handBack } from './leases.ts'
import { findReply, stale, until } from './reply.ts'
import { forgetBegun, readBegun } from './transcript.ts'

/** How often the model may fail before the reply has failed. */
const maxFailures = 3
/** How often a worker may die with a reply before it gets any further; that is seldom the reply's fault. */
const maxDeaths = 5
/** A worker that hears of a stop ends its reply within this time; else history does it without the worker. */
const stopWithinMs = 150

type ReplyDeps = Pick<Deps, 'db' | 'announcements' | 'relay' | 'scratch' | 'outbox' | 'log'>

/**
 * The life of a reply: queued → streaming → complete, stopped or failed. The attempt number is the fencing token: each
 * claim raises it, and only the holder of the newest may extend or finish.
 */
export function createReplies(deps: ReplyDeps) {
  return { claimReply, extendReplies, releaseReply, finishReply, stopReply }

  /**
   * Gives a reply to a worker, for `leaseMs`.
   *
   * @throws Refusal `reply.held` while another worker's lease runs, with the time after which to try again;
   *   `reply.over` when there is nothing left to write
   */
  async function claimReply(body: BodyOf<'claimReply'>): Promise<Claim> {
    const { conversation, message } = body
    const { claim, row } = await changingAsSystem(deps, conversation, async (held) => {
      const { row } = await findReply(held, message)
      return { claim: await claimHeld(held, row, body), row }
    })
    if (claim) return claim
    void forgetBegun(deps.scratch, message, row.attempt)
    deps.outbox.nextTurn(row.asked_by)
    throw new Refusal('reply.over', 'There is nothing left to write.')
  }

  async function claimHeld(
    held: Held,
    row: MessageRow,
    { message, models, leaseMs }: BodyOf<'claimReply'>,
  ): Promise<Claim | undefined> {
    if (row.status !== 'queued' && row.status !== 'streaming') {
      throw new Refusal('reply.over', 'This reply is finished.')
    }
    const heldForMs = row.status === 'streaming' ? (row.lease_until?.getTime() ?? 0) - Date.now() : 0
    if (heldForMs > 0) {
      throw new Refusal('reply.held', 'Another worker writes this reply.', { retryAfterMs: heldForMs })
    }
    const begun = await readBegun(deps.scratch, message, row.attempt)
    if (row.stop_requested_by !== null) {
      await endReply(held, row, { transcript: begun, end: { status: 'stopped' } })
      return undefined
    }
    const died = row.status === 'streaming' && !row.handed_back
    const deaths = begun.length > row.begun_chars ? 0 : row.deaths + (died ? 1 : 0)
    if (deaths >= maxDeaths) {
      await endReply(held, row, { transcript: begun, end: failReply('attempts.exhausted') })
      return undefined
    }
    const assistant = assistantOf(held, row)
    const model = await chooseModel(held.trx, row.wanted_model ?? assistant?.model, models)
    if (model === undefined) {
      await endReply(held, row, { transcript: '', end: failReply('model.forbidden') })
      return undefined
    }
    const { contextTokens } = models.find(({ name }) => name === model) ?? models[0]!
    const instructions = assistant?.instructions ?? ''
    const context = await loadContext(
      held.trx,
      { conversation: held.conversation.id, seq: row.seq, parent: row.parent_id },
      contextTokens,
      { assistant: row.assistant_id, instructions, assistants: held.conversation.assistants },
    )
    if (!context) {
      await endReply(held, row, { transcript: '', end: failReply('context.too_long') })
      return undefined
    }
    const attempt = row.attempt + 1
    if (died)
      deps.log.info({ reply: message, attempt, lateMs: -heldForMs }, 'a worker takes over from one that was lost')
    const { leftOut, ...read } = context
    await writeMessage(held, message, {
      status: 'streaming',
      attempt,
      model,
      deaths,
      handed_back: false,
      begun_chars: begun.length,
      lease_until: until(leaseMs),
      left_out: leftOut === 0 ? null : leftOut,
      summarised: read.summary !== undefined,
    })
    return {
      attempt,
      attemptsLeft: Math.max(0, maxFailures - 1 - row.failures),
      model,
      assistant: {
        name: assistant?.name ?? 'Assistant',
        instructions,
        ...(assistant?.temperature !== undefined && { temperature: assistant.temperature }),
      },
      begun,
      continues: row.parts ? writeTranscript(row.parts) : row.content,
      untitled: held.conversation.title === '',
      ...read,
    }
  }

  async function extendReplies({ claims, leaseMs }: BodyOf<'extendReplies'>): Promise<ResponseOf<'extendReplies'>> {
    const held = await extendLeases(deps.db, claims, leaseMs)
    return { lost: claims.map(({ message }) => message).filter((message) => !held.has(message)) }
  }

  async function releaseReply({ againInMs, failed, ...claim }: BodyOf<'releaseReply'>): Promise<object> {
    if (!(await handBack(deps.db, claim, { againInMs, failed }))) throw stale()
    return {}
  }

  /** Commits a reply's text and end. A repeat by the same holder finds it done. */
  async function finishReply(body: BodyOf<'finishReply'>): Promise<{ seq: number }> {
    const { conversation, message, attempt } = body
    const { seq, asker } = await changingAsSystem(deps, conversation, async (held) => {
      const { row, changedSeq } = await findReply(held, message)
      if (row.attempt !== attempt) throw stale()
      const asker = row.asked_by
      if (row.status === 'streaming') return { seq: await endReply(held, row, body), asker }
      if (row.status === body.end.status && row.status !== 'stopped') return { seq: changedSeq, asker }
      throw stale()
    })
    void forgetBegun(deps.scratch, message, attempt)
    deps.outbox.nextTurn(asker)
    return { seq }
  }

  /**
   * Ends a reply. One that waits ends at once; one that is being written is ended by its worker, who hears of it here,
   * and without it, with what was told by then, where the worker is not heard of.
   */
  async function stopReply({ actor, conversation, message }: BodyOf<'stopReply'>): Promise<object> {
    const { streaming, asker } = await changing(deps, { actor, conversation }, 'stop', async (held) => {
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
      return { streaming: row.status === 'streaming', asker: row.asked_by }
    })
    deps.relay.publish(topics.reply(message), 'stop')
    if (streaming) deps.outbox.endStopped({ conversation, message }, stopWithinMs)
    else deps.outbox.nextTurn(asker)
    return {}
  }
}

function assistantOf({ conversation }: Held, { assistant_id }: MessageRow): Assistant | undefined {
  return conversation.assistants.find(({ id }) => id === assistant_id)
}
