import { limits, Refusal } from '@parley/protocol'
import { sql } from 'kysely'
import { requireRole } from '../access.ts'
import { changing, type Held } from '../conversations/changing.ts'
import type { Deps } from '../deps.ts'
import type { Stored } from './load.ts'
import { findMessage, writeMessage } from './write.ts'

type At = { actor: string; conversation: string; message: string }

/** Changes to messages that stand: edit, delete, react. A change that changes nothing takes no `seq`. */
export function createMessageEdits(deps: Pick<Deps, 'db' | 'announcements'>) {
  return { edit, remove, react }

  /** Authors edit their own messages. */
  function edit({ actor, conversation, message, content }: At & { content: string }) {
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
      await held.trx
        .deleteFrom('reactions')
        .where('conversation_id', '=', conversation)
        .where('message_id', '=', message)
        .execute()
      return { seq: await writeMessage(held, message, { content: '', deleted_at: sql`now()` }) }
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
