import type { BodyOf, ResponseOf } from '@parley/history-client'
import { type Kysely, sql } from 'kysely'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'

const pageMessages = 500

/** Everything that is kept about a person, as article 15 of the GDPR has it: what they can see, and what they cannot. */
export function createExports({ db }: Pick<Deps, 'db'>) {
  return { exportUser, exportMessages }

  async function exportUser({ actor }: BodyOf<'exportUser'>): Promise<ResponseOf<'exportUser'>> {
    await audit(db, { action: 'account.exported', actor })
    const parts = await Promise.all(
      Object.entries(sections(actor)).map(async ([name, query]) => [name, (await query.execute(db)).rows] as const),
    )
    return { kept: Object.fromEntries(parts) }
  }

  /** What the person wrote, the oldest first: the ids of messages are in the order of time. */
  async function exportMessages({ actor, after }: BodyOf<'exportMessages'>): Promise<ResponseOf<'exportMessages'>> {
    const rows = await ownMessages(db, actor, after)
    const messages = rows.slice(0, pageMessages)
    return { messages, ...(rows.length > pageMessages && { next: messages.at(-1)!.id }) }
  }
}

/** Secrets, and hashes of them, say nothing about anybody, and stay where they are. */
function sections(user: string) {
  return {
    account: sql`
      select id, name, email, created_at, email_verified_at, is_admin, suspended_at, quota_requests, quota_tokens, assistant
      from users where id = ${user}`,
    sessions: sql`
      select id, user_agent, address, token_name, scopes, created_at, rotated_at, expires_at, ended_at
      from sessions where user_id = ${user} order by created_at`,
    passkeys: sql`select id, name, transports, created_at, used_at from passkeys where user_id = ${user}`,
    identities: sql`select issuer, subject, created_at from identities where user_id = ${user}`,
    memberships: sql`
      select m.conversation_id, c.title, m.role, m.joined_at, m.left_at, m.last_read_seq, m.place
      from members m join conversations c on c.id = m.conversation_id where m.user_id = ${user} order by m.joined_at`,
    invites: sql`
      select conversation_id, role, created_at, expires_at, max_uses, uses, guests
      from invites where created_by = ${user}`,
    shares: sql`select id, conversation_id, message_id, created_at from shares where created_by = ${user}`,
    reactions: sql`
      select conversation_id, message_id, emoji, created_at from reactions where user_id = ${user} order by created_at`,
    usage: sql`select * from usage where user_id = ${user} order by day`,
    blocked: sql`select blocked_id, created_at from blocks where user_id = ${user}`,
    reported: sql`
      select conversation_id, message_id, reason, created_at, closed_at from reports where reported_by = ${user}`,
    held: sql`select id, conversation_id, content, reason, created_at from held_messages where author_id = ${user}`,
    audit: sql`
      select at, action, target, case when actor = ${user} then address end as address, detail from audit
      where actor = ${user} or target = ${user} order by id`,
  }
}

async function ownMessages(db: Kysely<Database>, user: string, after: string | undefined) {
  const { rows } = await sql<{ id: string }>`
    select id, conversation_id, seq, content, created_at, edited_at, deleted_at
    from messages
    where conversation_id in (select conversation_id from members where user_id = ${user}) and author_id = ${user}
      and ${after ? sql`id > ${after}` : sql`true`}
    order by id limit ${pageMessages + 1}`.execute(db)
  return rows
}
