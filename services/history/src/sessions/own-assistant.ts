import type { BodyOf, ResponseOf } from '@parley/history-client'
import { requireModel } from '../administration/installation.ts'
import type { Deps } from '../deps.ts'
import { requireAccount } from './user.ts'

/** The assistant that somebody's new conversations begin with. Those that there are stay as they are. */
export function createOwnAssistant({ db }: Pick<Deps, 'db'>) {
  return {
    async readOwnAssistant({ actor }: BodyOf<'readOwnAssistant'>): Promise<ResponseOf<'readOwnAssistant'>> {
      const row = await db.selectFrom('users').select('assistant').where('id', '=', actor).executeTakeFirstOrThrow()
      return { assistant: row.assistant }
    },

    async setOwnAssistant({ actor, assistant }: BodyOf<'setOwnAssistant'>): Promise<object> {
      await requireAccount(db, actor)
      await requireModel(db, assistant?.model)
      const kept = assistant && {
        ...assistant,
        name: assistant.name.toWellFormed(),
        instructions: assistant.instructions.toWellFormed(),
      }
      await db
        .updateTable('users')
        .set({ assistant: kept && JSON.stringify(kept) })
        .where('id', '=', actor)
        .execute()
      return {}
    },
  }
}
