import { type Kysely, sql } from 'kysely'

/** A name for each invite that can be told without the link, and a way to those of a conversation. */
export const inviteIds = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table invites add column id uuid not null unique default gen_random_uuid()`.execute(db)
  await sql`create index invites_conversation on invites (conversation_id)`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`drop index invites_conversation`.execute(db)
  await sql`alter table invites drop column id`.execute(db)
}
