import { type Assistant, type Change, type Conversation, Refusal, type Role } from '@parley/protocol'
import { sql, type Transaction } from 'kysely'
import { type Action, requireRole } from '../access.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { findMember } from './member.ts'

/** A conversation held under its row lock, by a member whose role has been checked. */
export type Held = {
  trx: Transaction<Database>
  role: Role
  /** As it stands; who writes its row keeps this in step. */
  conversation: Conversation
  /** Takes the conversation's next `seq` and records the change that `make` builds for it. */
  change(make: (seq: number) => Promise<Change>): Promise<number>
  /** Runs a statement that takes the next `seq`s by itself, and records the changes that it made. */
  changeBy(run: () => Promise<Change[]>): Promise<void>
}

type Row = {
  id: string
  title: string
  assistants: Assistant[]
  tip_id: string | null
  head_seq: number
  member_count: number
}
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
    async (trx) => {
      const member = await findMember(trx, conversation, actor)
      requireRole(member?.role, action)
      return member.role
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
  return underLock(deps, conversation, async () => 'owner', work)
}

async function underLock<T>(
  { db, announcements }: Pick<Deps, 'db' | 'announcements'>,
  conversation: string,
  admit: (trx: Transaction<Database>) => Promise<Role>,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const changes: Change[] = []
  const result = await db.transaction().execute(async (trx) => {
    const row: Row | undefined = await trx
      .selectFrom('conversations')
      .select(['id', 'title', 'assistants', 'tip_id', 'head_seq', 'member_count'])
      .where('id', '=', conversation)
      .forUpdate()
      .executeTakeFirst()
    const role = await admit(trx)
    if (!row) throw new Refusal('conversation.not_found', 'There is no such conversation.')
    let kept = row.head_seq
    let head = kept
    const keepHead = async () => {
      if (head > kept) await sql`update conversations set head_seq = ${head} where id = ${conversation}`.execute(trx)
      kept = head
    }
    const outcome = await work({
      trx,
      role,
      conversation: toConversation(row),
      async change(make) {
        head += 1
        changes.push(await make(head))
        return head
      },
      async changeBy(run) {
        await keepHead()
        const made = await run()
        changes.push(...made)
        head += made.length
        kept = head
      },
    })
    await keepHead()
    return outcome
  })
  announcements.changes(conversation, changes)
  return result
}

/** A conversation's row as clients see it. */
export function toConversation(row: Omit<Row, 'head_seq'>): Conversation {
  const { id, title, assistants, tip_id: tip, member_count: memberCount } = row
  return { id, title, assistants, memberCount, tip }
}
