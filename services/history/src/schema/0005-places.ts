import { type Kysely, sql } from 'kysely'

/**
 * Where each member keeps a conversation, and conversations that were deleted. Of those all members have left in the
 * same moment, which is how nobody can reach them, and how they come back.
 */
export const places = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table members add column place text not null default 'list'
    check (place in ('list', 'pinned', 'archive'))`.execute(db)
  await sql`create index members_placed on members (user_id, place) where left_at is null and place <> 'list'`.execute(
    db,
  )
  await sql`alter table conversations add column deleted_at timestamptz`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table members drop column place`.execute(db)
  await sql`alter table conversations drop column deleted_at`.execute(db)
}
