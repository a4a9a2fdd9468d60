import type { BodyOf, ResponseOf } from '@parley/history-client'
import { type Installation, Refusal } from '@parley/protocol'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { requireAdministrator } from './administrator.ts'
import { audit } from './audit.ts'

/** What holds for all of the installation. */
export function createInstallation({ db }: Pick<Deps, 'db'>) {
  return {
    async readInstallation({ actor }: BodyOf<'readInstallation'>): Promise<Installation> {
      await requireAdministrator(db, actor)
      return load(db)
    },

    async changeInstallation(body: BodyOf<'changeInstallation'>): Promise<object> {
      const { actor, address, installation } = body
      return db.transaction().execute(async (trx) => {
        await requireAdministrator(trx, actor)
        const { signUps, models } = installation
        await trx.updateTable('installation').set({ sign_ups: signUps, models }).execute()
        await audit(trx, { action: 'installation.changed', actor, address, detail: installation })
        return {}
      })
    },

    async readModels(): Promise<ResponseOf<'readModels'>> {
      const { models } = await load(db)
      return { models }
    },
  }
}

async function load(db: Kysely<Database>): Promise<Installation> {
  const row = await db.selectFrom('installation').select(['sign_ups', 'models']).executeTakeFirstOrThrow()
  return { signUps: row.sign_ups, models: row.models }
}

/**
 * Ends in a refusal for a model that people may not have replies of here.
 *
 * @throws Refusal `model.forbidden`
 */
export async function requireModel(db: Kysely<Database>, model: string | undefined): Promise<void> {
  if (model === undefined) return
  const { models } = await load(db)
  if (models && !models.includes(model)) throw new Refusal('model.forbidden', 'This model is not to be used here.')
}

/** The model of a reply: what is wanted, or the first that may be used. Undefined where it may not. */
export async function chooseModel(
  db: Kysely<Database>,
  wanted: string | undefined,
  offered: { name: string }[],
): Promise<string | undefined> {
  const { models } = await load(db)
  const may = (name: string) => models === null || models.includes(name)
  if (wanted !== undefined) return may(wanted) ? wanted : undefined
  return offered.find(({ name }) => may(name))?.name
}
