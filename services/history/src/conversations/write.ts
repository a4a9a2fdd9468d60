import type { Conversation } from '@parley/protocol'
import type { Held } from './changing.ts'

/** Sets the conversation's own row as its next change. */
export function writeConversation(
  held: Held,
  wanted: Partial<Pick<Conversation, 'title' | 'assistants' | 'tip'>>,
): Promise<number> {
  Object.assign(held.conversation, wanted)
  const { id, title, assistants, tip } = held.conversation
  return held.change(async (seq) => {
    await held.trx
      .updateTable('conversations')
      .set({ title, assistants: JSON.stringify(assistants), tip_id: tip, changed_seq: seq })
      .where('id', '=', id)
      .execute()
    return { kind: 'conversation', seq, conversation: { ...held.conversation } }
  })
}
