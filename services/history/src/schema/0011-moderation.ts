import { type Kysely, sql } from 'kysely'

/** What people report, whom they block, and what waits for somebody to look at it before others see it. */
export const moderation = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table reports (
      id uuid primary key,
      conversation_id uuid not null references conversations on delete cascade,
      message_id uuid not null,
      reported_by uuid not null references users on delete cascade,
      reason text not null,
      created_at timestamptz not null default now(),
      closed_at timestamptz,
      closed_by uuid
    )`.execute(db)
  await sql`create unique index reports_once on reports (message_id, reported_by) where closed_at is null`.execute(db)
  await sql`create index reports_open on reports (created_at, id) where closed_at is null`.execute(db)
  await sql`
    create table blocks (
      user_id uuid not null references users on delete cascade,
      blocked_id uuid not null references users on delete cascade,
      created_at timestamptz not null default now(),
      primary key (user_id, blocked_id)
    )`.execute(db)
  await sql`
    create table held_messages (
      id uuid primary key,
      conversation_id uuid not null references conversations on delete cascade,
      author_id uuid not null references users on delete cascade,
      content text not null,
      reason text not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index held_messages_author on held_messages (author_id)`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  for (const table of ['held_messages', 'blocks', 'reports']) await sql.raw(`drop table ${table}`).execute(db)
}
