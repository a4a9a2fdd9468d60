import type { Conversation, FrameOf, Member, Role } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'
import type { Held } from './changing.ts'

type MemberRow = { user_id: string; name: string; role: Role; left_at: Date | null; last_read_seq: number }

/** A member as clients see one. Who has left stays, so that old messages keep their author's name. */
export function toMember(row: MemberRow): Member {
  return {
    user: row.user_id,
    name: row.name,
    role: row.role,
    left: row.left_at !== null,
    lastReadSeq: row.last_read_seq,
  }
}

/** What somebody's own list is told who is in a conversation from now on, or as something else. */
export function joinedFrame({ id, title, memberCount }: Conversation, role: Role): FrameOf<'joined'> {
  return { type: 'joined', conversation: id, title, role, memberCount }
}

/** A member who has not left. */
export function findMember(
  db: Kysely<Database>,
  conversation: string,
  user: string,
): Promise<{ role: Role } | undefined> {
  return db
    .selectFrom('members')
    .select('role')
    .where('conversation_id', '=', conversation)
    .where('user_id', '=', user)
    .where('left_at', 'is', null)
    .executeTakeFirst()
}

/** Whether somebody else owns the conversation, too. */
export async function hasOtherOwner({ trx, conversation }: Held, user: string): Promise<boolean> {
  const other = await trx
    .selectFrom('members')
    .select('user_id')
    .where('conversation_id', '=', conversation.id)
    .where('role', '=', 'owner')
    .where('left_at', 'is', null)
    .where('user_id', '<>', user)
    .executeTakeFirst()
  return other !== undefined
}

/**
 * Where a member is the last owner, whoever else is there longest owns the conversation, too.
 *
 * @returns who does from now on
 */
export async function handOver(held: Held, user: string): Promise<string | undefined> {
  if (await hasOtherOwner(held, user)) return undefined
  const heir = await held.trx
    .selectFrom('members')
    .select('user_id')
    .where('conversation_id', '=', held.conversation.id)
    .where('left_at', 'is', null)
    .where('user_id', '<>', user)
    .orderBy(sql`role = 'viewer'`)
    .orderBy('joined_at')
    .executeTakeFirst()
  if (heir) await writeMember(held, heir.user_id, { role: 'owner', left_at: null })
  return heir?.user_id
}

/** Takes a member out, as the conversation's next change. */
export async function leave(held: Held, user: string, role: Role): Promise<number> {
  await countMembers(held, -1)
  return writeMember(held, user, { role, left_at: sql`now()` })
}

/** Counts members in, or out. */
export async function countMembers({ trx, conversation }: Held, by: number): Promise<void> {
  await sql`update conversations set member_count = member_count + ${by} where id = ${conversation.id}`.execute(trx)
}

/** Sets a member's row as the conversation's next change. */
export function writeMember(
  held: Held,
  user: string,
  { role, left_at }: { role: Role; left_at: null | ReturnType<typeof sql> },
): Promise<number> {
  return held.change(async (seq) => {
    const { rows } = await sql<MemberRow>`
      with written as (
        insert into members (conversation_id, user_id, role, changed_seq, left_at)
        values (${held.conversation.id}, ${user}, ${role}, ${seq}, ${left_at})
        on conflict (conversation_id, user_id)
          do update set role = excluded.role, changed_seq = excluded.changed_seq, left_at = excluded.left_at,
            place = case when members.left_at is null then members.place else 'list' end
        returning *
      )
      select w.user_id, u.name, w.role, w.left_at, w.last_read_seq from written w join users u on u.id = w.user_id`.execute(
      held.trx,
    )
    return { kind: 'member', seq, member: toMember(rows[0]!) }
  })
}
