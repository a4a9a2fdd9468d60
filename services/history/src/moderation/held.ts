import type { BodyOf, ResponseOf } from '@parley/history-client'
import { Refusal } from '@parley/protocol'
import { requireAdministrator } from '../administration/administrator.ts'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'

type Append = (body: BodyOf<'appendMessages'>) => Promise<ResponseOf<'appendMessages'>>

const shown = 200

/** Messages that moderation has held, for those who administer the installation to look at. */
export function createHeld({ db }: Pick<Deps, 'db'>, append: Append) {
  return {
    async listHeld({ actor }: BodyOf<'listHeld'>): Promise<ResponseOf<'listHeld'>> {
      await requireAdministrator(db, actor)
      const rows = await db
        .selectFrom('held_messages as h')
        .innerJoin('conversations as c', 'c.id', 'h.conversation_id')
        .innerJoin('users as u', 'u.id', 'h.author_id')
        .select([
          'h.id',
          'h.conversation_id as conversation',
          'c.title',
          'u.name as author',
          'h.content',
          'h.reason',
          'h.created_at',
        ])
        .orderBy('h.created_at')
        .limit(shown)
        .execute()
      return { messages: rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at.toISOString() })) }
    },

    async closeHeld({ actor, address, message: id, send }: BodyOf<'closeHeld'>): Promise<object> {
      await requireAdministrator(db, actor)
      const row = await db.selectFrom('held_messages').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) throw new Refusal('message.not_found', 'There is no such message to look at.')
      const { conversation_id: conversation, author_id: author, content } = row
      // Sent before it is forgotten: where this breaks off between the two, it is sent again with the same id, so once.
      if (send) {
        const { results } = await append({ messages: [{ id, conversation, author, content }] })
        const [result] = results
        if (result && 'code' in result)
          throw new Refusal('message.not_found', 'Its author cannot write there any more.')
      }
      await db.deleteFrom('held_messages').where('id', '=', id).execute()
      await audit(db, {
        action: 'message.held.closed',
        actor,
        target: id,
        address,
        detail: { sent: send, conversation },
      })
      return {}
    },
  }
}
