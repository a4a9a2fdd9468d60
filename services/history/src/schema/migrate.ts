import type { Kysely } from 'kysely'
import { type MigrationResultSet, Migrator, NO_MIGRATIONS } from 'kysely/migration'
import pg from 'pg'
import { start } from './0001-start.ts'
import { retries } from './0002-retries.ts'
import { craft } from './0003-craft.ts'
import { lists } from './0004-lists.ts'
import { places } from './0005-places.ts'
import { search } from './0006-search.ts'
import { sharing } from './0007-sharing.ts'
import { accounts } from './0008-accounts.ts'
import { invites } from './0009-invites.ts'
import { identity } from './0010-identity.ts'
import { moderation } from './0011-moderation.ts'
import { retention } from './0012-retention.ts'
import { assistant } from './0013-assistant.ts'
import { inviteIds } from './0014-invite-ids.ts'
import type { Database } from './tables.ts'

const migrations = {
  '0001-start': start,
  '0002-retries': retries,
  '0003-craft': craft,
  '0004-lists': lists,
  '0005-places': places,
  '0006-search': search,
  '0007-sharing': sharing,
  '0008-accounts': accounts,
  '0009-invites': invites,
  '0010-identity': identity,
  '0011-moderation': moderation,
  '0012-retention': retention,
  '0013-assistant': assistant,
  '0014-invite-ids': inviteIds,
}

/**
 * Brings the schema to the newest version. Replicas may call it at the same time: Kysely runs migrations in one
 * transaction under an advisory lock.
 *
 * @returns the names of the migrations that ran
 */
export function migrateUp(db: Kysely<Database>): Promise<string[]> {
  return finished(migrator(db).migrateToLatest())
}

/** Takes every migration back, and with them all data. */
export function migrateDown(db: Kysely<Database>): Promise<string[]> {
  return finished(migrator(db).migrateTo(NO_MIGRATIONS))
}

/** Which migrations a database lacks, and which it has that this version does not know. It changes nothing. */
export async function migrationsOf(url: string): Promise<{ pending: string[]; unknown: string[] }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: tables } = await client.query(`select to_regclass('kysely_migration') is not null as there`)
    const { rows } = tables[0].there ? await client.query(`select name from kysely_migration`) : { rows: [] }
    const ran = new Set(rows.map(({ name }) => name as string))
    const known = Object.keys(migrations)
    return {
      pending: known.filter((name) => !ran.has(name)),
      unknown: [...ran].filter((name) => !known.includes(name)),
    }
  } finally {
    await client.end()
  }
}

function migrator(db: Kysely<Database>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } })
}

async function finished(run: Promise<MigrationResultSet>): Promise<string[]> {
  const { error, results } = await run
  if (error) throw error
  return (results ?? []).map((result) => result.migrationName)
}
