import type { BodyOf } from '@parley/history-client'
import { Refusal } from '@parley/protocol'
import { sql } from 'kysely'
import { changing } from '../conversations/changing.ts'
import type { Deps } from '../deps.ts'
import { loadMessages } from '../messages/load.ts'

/** What was said elsewhere, as it was said there. */
export function createImport(deps: Pick<Deps, 'db' | 'announcements'>) {
  return { importMessages }

  /**
   * Puts messages at the end of a conversation that one has for oneself alone, with the times and the roles that they had.
   * Nobody is asked to answer. Those that are there already stay as they are, so a batch may come twice.
   */
  async function importMessages(body: BodyOf<'importMessages'>): Promise<{ seq: number }> {
    const { actor, conversation: id, messages } = body
    return changing(deps, body, 'configure', async (held) => {
      const { trx, conversation } = held
      if (conversation.memberCount > 1) {
        throw new Refusal(
          'import.not_alone',
          'Only a conversation that you have for yourself takes what was said elsewhere.',
        )
      }
      const known = await loadMessages(trx, id, { ids: messages.map((message) => message.id) })
      const there = new Set(known.map(({ message }) => message.id))
      const fresh = messages.filter(
        (message, at) => !there.has(message.id) && messages.findIndex((other) => other.id === message.id) === at,
      )
      let parent = conversation.tip
      let seq = 0
      let saidAt = new Date()
      for (const { id: message, role, content, createdAt, model } of fresh) {
        saidAt = momentOf(createdAt)
        const isReply = role === 'assistant'
        seq = await held.change(async (next) => {
          await trx
            .insertInto('messages')
            .values({
              conversation_id: id,
              id: message,
              seq: next,
              changed_seq: next,
              author_id: isReply ? null : actor,
              role,
              parent_id: parent,
              content: content.toWellFormed(),
              created_at: saidAt,
              status: isReply ? 'complete' : null,
              assistant_id: isReply ? (conversation.assistants[0]?.id ?? null) : null,
              model: isReply ? (model ?? null) : null,
            })
            .execute()
          const [stored] = await loadMessages(trx, id, { ids: [message] })
          return { kind: 'message', seq: next, message: stored!.message }
        })
        parent = message
      }
      const last = fresh.at(-1)
      if (last) {
        await sql`
          update conversations set tip_id = ${last.id}, preview = left(${last.content.toWellFormed()}, 140),
            active_at = ${saidAt} where id = ${id}`.execute(trx)
        await sql`update members set last_read_seq = ${seq} where conversation_id = ${id}`.execute(trx)
      }
      return { seq }
    })
  }
}

/** Nothing was said later than now. */
function momentOf(iso: string): Date {
  const ms = Date.parse(iso)
  if (Number.isNaN(ms)) throw new Refusal('request.invalid', 'There is no such time.', { field: '/messages' })
  return new Date(Math.min(ms, Date.now()))
}
