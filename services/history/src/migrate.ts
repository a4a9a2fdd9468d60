import { createLogger, readSettings } from '@parley/kit'
import Type from 'typebox'
import { connectDatabase } from './schema/database.ts'
import { migrateDown, migrateUp } from './schema/migrate.ts'
import { settings } from './settings.ts'

// npm run migrate [-- down]: brings the schema of DATABASE_URL up to date, or takes it back with all data.
const log = createLogger('migrate')
const { DATABASE_URL } = readSettings(Type.Object({ DATABASE_URL: settings.DATABASE_URL }))
const { db, close } = connectDatabase(DATABASE_URL, 2, log)
const ran = process.argv[2] === 'down' ? await migrateDown(db) : await migrateUp(db)
log.info({ migrations: ran }, 'migrated')
await close()
