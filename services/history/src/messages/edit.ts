import { limits, Refusal } from '@parley/protocol'
import { sql } from 'kysely'
import { requireRole } from '../access.ts'
import { changing, type Held } from '../conversations/changing.ts'
import type { Deps } from '../deps.ts'
import { requirePassing } from '../moderation/hook.ts'
import type { Stored } from './load.ts'
import { findMessage, writeMessage } from './write.ts'

type At = { actor: string; conversation: string; message: string }

/** Changes to messages that stand: edit, delete, react. A change that changes nothing takes no `seq`. */
export function createMessageEdits(deps: Pick<Deps, 'db' | 'announcements' | 'moderate'>) {
  return { edit, remove, react }

  /** Authors edit their own messages. */
  async function edit({ actor, conversation, message, content }: At & { content: string }) {
    // Before the conversation is held: nobody is to wait for it meanwhile.
    await requirePassing(deps.moderate, { id: message, conversation, author: actor, content })
    return changing(deps, { actor, conversation }, 'send', async (held) => {
      const { message: old, changedSeq } = await requireMessage(held, message)
      requireRole(held.role, 'editMessage', old.author === actor ? 'own' : 'foreign')
      if (old.content === content) return { seq: changedSeq }
      return { seq: await writeMessage(held, message, { content: content.toWellFormed(), edited_at: sql`now()` }) }
    })
  }

  /** Authors delete their own messages; owners delete any. The row stays, without its text. */
  function remove({ actor, conversation, message }: At) {
    return changing(deps, { actor, conversation }, 'read', async (held) => {
      const stored = await findMessage(held, message)
      requireRole(held.role, 'deleteMessage', stored.message.author === actor ? 'own' : 'foreign')
      if (stored.message.deletedAt !== null) return { seq: stored.changedSeq }
      const { status } = stored.message.reply ?? {}
      if (status === 'queued' || status === 'streaming') {
        throw new Refusal('reply.held', 'This reply is still being written. Stop it first.')
      }
      return { seq: await erase(held, message) }
    })
  }

  /** Sets or takes back one's reaction. */
  function react({ actor, conversation, message, emoji, on }: At & { emoji: string; on: boolean }) {
    return changing(deps, { actor, conversation }, 'react', async (held) => {
      const { message: old, changedSeq } = await requireMessage(held, message)
      const present = old.reactions.find((reaction) => reaction.emoji === emoji)
      if ((present?.users.includes(actor) ?? false) === on) return { seq: changedSeq }
      if (on && !present && old.reactions.length >= limits.reactionsPerMessage) {
        throw new Refusal('message.too_many_reactions', 'This message has all the different reactions it can have.')
      }
      const row = { conversation_id: conversation, message_id: message, user_id: actor, emoji: emoji.toWellFormed() }
      if (on) await held.trx.insertInto('reactions').values(row).execute()
      else {
        await held.trx
          .deleteFrom('reactions')
          .where('conversation_id', '=', conversation)
          .where('message_id', '=', message)
          .where('user_id', '=', actor)
          .where('emoji', '=', row.emoji)
          .execute()
      }
      return { seq: await writeMessage(held, message, {}) }
    })
  }
}

async function requireMessage(held: Held, message: string): Promise<Stored> {
  const stored = await findMessage(held, message)
  if (stored.message.deletedAt !== null) throw new Refusal('message.not_found', 'This message was deleted.')
  return stored
}

/** Takes a message's text away, and what was made of it. Its row stays. @returns the `seq` of the change */
export async function erase(held: Held, message: string): Promise<number> {
  const { message: old, changedSeq } = await findMessage(held, message)
  if (old.deletedAt !== null) return changedSeq
  const { trx, conversation } = held
  await trx
    .deleteFrom('reactions')
    .where('conversation_id', '=', conversation.id)
    .where('message_id', '=', message)
    .execute()
  // A summary may tell what was in it; another is made when one is needed.
  await trx.deleteFrom('summaries').where('conversation_id', '=', conversation.id).execute()
  await sql`
    update conversations set preview = ''
    where id = ${conversation.id} and preview = left(${old.content}, ${limits.previewChars})`.execute(trx)
  return writeMessage(held, message, { content: '', parts: null, deleted_at: sql`now()` })
}
