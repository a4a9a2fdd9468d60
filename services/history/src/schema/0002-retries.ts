import { type Kysely, sql } from 'kysely'

/** A reply may be begun anew: its attempts go on counting, as the fencing token must, and this is where they stood. */
export const retries = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table messages add column attempts_before integer not null default 0`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table messages drop column attempts_before`.execute(db)
}
