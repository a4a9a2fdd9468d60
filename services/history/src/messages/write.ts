import { Refusal } from '@parley/protocol'
import type { UpdateObject } from 'kysely'
import type { Held } from '../conversations/changing.ts'
import type { Database } from '../schema/tables.ts'
import { loadMessage, type Stored } from './load.ts'

/** Changes a message's row as the conversation's next change, which carries the message's new state. */
export function writeMessage(held: Held, message: string, fields: UpdateObject<Database, 'messages'>): Promise<number> {
  return held.change(async (seq) => {
    await held.trx
      .updateTable('messages')
      .set({ ...fields, changed_seq: seq })
      .where('conversation_id', '=', held.conversation.id)
      .where('id', '=', message)
      .execute()
    const stored = await findMessage(held, message)
    return { kind: 'message', seq, message: stored.message }
  })
}

/** The message as it stands, or the refusal `message.not_found`. */
export async function findMessage({ trx, conversation }: Held, message: string): Promise<Stored> {
  const stored = await loadMessage(trx, conversation.id, message)
  if (!stored) throw new Refusal('message.not_found', 'There is no such message.')
  return stored
}
