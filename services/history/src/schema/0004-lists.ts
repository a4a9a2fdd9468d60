import { type Kysely, sql } from 'kysely'

/**
 * Lists of conversations in the order of their last activity, for people who have very many. An index on `active_at`
 * itself would be written with each message, and its rows could no longer be updated in place. So the index has the hour
 * only, which seldom changes; within an hour Postgres sorts.
 */
export const lists = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table conversations add column active_hour timestamptz not null
    generated always as (date_bin('1 hour', active_at, '2000-01-01 00:00:00+00')) stored`.execute(db)
  await sql`create index conversations_active on conversations (active_hour desc)`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table conversations drop column active_hour`.execute(db)
}
