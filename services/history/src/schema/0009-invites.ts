import { type Kysely, sql } from 'kysely'

/** How often an invite may be used, where that is limited, and how often it was. */
export const invites = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table invites
      add column max_uses integer check (max_uses > 0),
      add column uses integer not null default 0`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`alter table invites drop column max_uses, drop column uses`.execute(db)
}
