import { runService } from '@parley/kit'
import * as Type from 'typebox'
import { connectDatabase } from './schema/database.ts'
import { migrateDown, migrateUp } from './schema/migrate.ts'
import { settings } from './settings.ts'

// npm run migrate [-- down]: brings the schema of DATABASE_URL up to date, or takes it back with all data.
await runService('migrate', Type.Object({ DATABASE_URL: settings.DATABASE_URL }), async ({ DATABASE_URL }, log) => {
  const { db, close } = connectDatabase(DATABASE_URL, 2, log)
  const ran = process.argv[2] === 'down' ? await migrateDown(db) : await migrateUp(db)
  log.info({ migrations: ran }, 'migrated')
  await close()
  return { close: async () => {} }
})
