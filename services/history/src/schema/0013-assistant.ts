import { type Kysely, sql } from 'kysely'

/** The assistant that somebody's new conversations begin with. */
export const assistant = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table users add column assistant jsonb`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table users drop column assistant`.execute(db)
}
