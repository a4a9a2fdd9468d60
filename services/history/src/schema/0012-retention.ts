import { type Kysely, sql } from 'kysely'

/** What is old is found without reading all: messages lie in the order of their time, nearly, so that BRIN suffices. */
export const retention = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`create index messages_age on messages using brin (created_at)`.execute(db)
  await sql`create index conversations_deleted on conversations (deleted_at) where deleted_at is not null`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`drop index messages_age, conversations_deleted`.execute(db)
}
