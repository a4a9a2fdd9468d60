import { type Kysely, sql } from 'kysely'

/** Accounts that are gone. Their row stays, without anything personal, as the author of what they wrote. */
export const accounts = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table users add column deleted_at timestamptz`.execute(db)
  await sql`create index users_deleted on users (deleted_at) where deleted_at is not null`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table users drop column deleted_at`.execute(db)
}
