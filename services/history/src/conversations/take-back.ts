import type { Kysely } from 'kysely'
import { requireRole } from '../access.ts'
import { audit } from '../administration/audit.ts'
import type { Database } from '../schema/tables.ts'
import { findMember } from './member.ts'

const kinds = { invites: 'invite', shares: 'share' } as const

type Link = { actor: string; conversation: string; id: string }

/** Ends a link. Members take back their own, owners all. Taking back twice is taking back once. */
export async function takeBack(
  db: Kysely<Database>,
  links: keyof typeof kinds,
  { actor, conversation, id }: Link,
): Promise<object> {
  await db.transaction().execute(async (trx) => {
    const member = await findMember(trx, conversation, actor)
    requireRole(member?.role, 'takeBackLink', 'own')
    const link = await trx
      .selectFrom(links)
      .select('created_by')
      .where('id', '=', id)
      .where('conversation_id', '=', conversation)
      .forUpdate()
      .executeTakeFirst()
    if (!link) return
    if (link.created_by !== actor) requireRole(member?.role, 'takeBackLink')
    await trx.deleteFrom(links).where('id', '=', id).execute()
    const kind = kinds[links]
    await audit(trx, { action: `${kind}.ended`, actor, target: conversation, detail: { [kind]: id } })
  })
  return {}
}
