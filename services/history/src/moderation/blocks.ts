import type { BodyOf, ResponseOf } from '@parley/history-client'
import { limits, Refusal } from '@parley/protocol'
import type { Deps } from '../deps.ts'

/** Whom people do not want to read. It is their own matter: nobody else is told, and their pages hide it. */
export function createBlocks({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return {
    async block({ actor, user, on }: BodyOf<'block'>): Promise<object> {
      if (on) {
        const { blocked } = await list(actor)
        if (blocked.length >= limits.blocked) throw new Refusal('block.too_many', 'Take another block back first.')
        const known = await db.selectFrom('users').select('id').where('id', '=', user).executeTakeFirst()
        if (!known || user === actor) throw new Refusal('account.not_found', 'There is nobody like that to block.')
        await db
          .insertInto('blocks')
          .values({ user_id: actor, blocked_id: user })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      } else await db.deleteFrom('blocks').where('user_id', '=', actor).where('blocked_id', '=', user).execute()
      announcements.toUser(actor, { type: 'blocked', user, on })
      return {}
    },
    listBlocked: ({ actor }: BodyOf<'listBlocked'>) => list(actor),
  }

  async function list(actor: string): Promise<ResponseOf<'listBlocked'>> {
    const blocked = await db
      .selectFrom('blocks')
      .innerJoin('users', 'users.id', 'blocks.blocked_id')
      .select(['users.id as user', 'name'])
      .where('user_id', '=', actor)
      .orderBy('blocks.created_at')
      .limit(limits.blocked)
      .execute()
    return { blocked }
  }
}
