import { type AssistantMode, type Change, type Conversation, Refusal, type Role } from '@parley/protocol'
import { sql, type Transaction } from 'kysely'
import { type Action, requireRole } from '../access.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'

/** A conversation held under its row lock, by a member whose role has been checked. */
export type Held = {
  trx: Transaction<Database>
  role: Role
  conversation: Conversation
  /** Takes the conversation's next `seq` and records the change that `make` builds for it. */
  change(make: (seq: number) => Promise<Change>): Promise<number>
}

type Row = { id: string; title: string; assistant: AssistantMode; head_seq: number; member_count: number }
type Who = { actor: string; conversation: string }

/**
 * Runs `work` in a transaction that holds the conversation's lock, then announces what it changed, in order. The lock
 * is what makes `seq` gapless: numbers are taken and committed by one writer at a time.
 *
 * @throws Refusal `conversation.not_found` or `access.forbidden`
 */
export async function changing<T>(
  deps: Pick<Deps, 'db' | 'announcements'>,
  { actor, conversation }: Who,
  action: Action,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  return underLock(
    deps,
    conversation,
    async (trx, row) => {
      const member = await trx
        .selectFrom('members')
        .select('role')
        .where('conversation_id', '=', conversation)
        .where('user_id', '=', actor)
        .where('left_at', 'is', null)
        .executeTakeFirst()
      requireRole(member?.role, action)
      return { role: member.role, row }
    },
    work,
  )
}

/** As `changing`, for changes that the system itself makes: no member is asked. */
export function changingAsSystem<T>(
  deps: Pick<Deps, 'db' | 'announcements'>,
  conversation: string,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  return underLock(deps, conversation, async (_trx, row) => ({ role: 'owner', row }), work)
}

async function underLock<T>(
  { db, announcements }: Pick<Deps, 'db' | 'announcements'>,
  conversation: string,
  admit: (trx: Transaction<Database>, row: Row) => Promise<{ role: Role; row: Row }>,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const changes: Change[] = []
  const result = await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('conversations')
      .select(['id', 'title', 'assistant', 'head_seq', 'member_count'])
      .where('id', '=', conversation)
      .forUpdate()
      .executeTakeFirst()
    const missing: Row = { id: conversation, title: '', assistant: 'off', head_seq: 0, member_count: 0 }
    const { role } = await admit(trx, row ?? missing)
    if (!row) throw new Refusal('conversation.not_found', 'There is no such conversation.')
    let head = row.head_seq
    const outcome = await work({
      trx,
      role,
      conversation: { id: row.id, title: row.title, assistant: row.assistant, memberCount: row.member_count },
      async change(make) {
        head += 1
        changes.push(await make(head))
        return head
      },
    })
    if (head > row.head_seq) {
      await sql`update conversations set head_seq = ${head} where id = ${conversation}`.execute(trx)
    }
    return outcome
  })
  announcements.changes(conversation, changes)
  return result
}
