import { type Kysely, sql } from 'kysely'

/** Public links to read a conversation up to a message. Who takes one back deletes its row. */
export const sharing = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table shares (
      id uuid primary key,
      token_hash text not null unique,
      conversation_id uuid not null references conversations on delete cascade,
      message_id uuid not null,
      created_by uuid not null references users on delete cascade,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index shares_conversation on shares (conversation_id)`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table shares`.execute(db)
}
