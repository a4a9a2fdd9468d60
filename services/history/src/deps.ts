import type { Logger } from '@parley/kit'
import type { Queue } from '@parley/queue'
import type { Relay, Scratch } from '@parley/relay'
import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import type { Announcements } from './announcements/announce.ts'
import type { Moderate } from './moderation/hook.ts'
import type { Outbox } from './replies/outbox.ts'
import type { Quota } from './replies/quota.ts'
import type { Reads } from './schema/replica.ts'
import type { Database } from './schema/tables.ts'
import type { Indexer } from './search/indexer.ts'

/** What history's parts are made of. */
export type Deps = {
  db: Kysely<Database>
  /** For reads that may be slightly old. */
  reads: Reads
  pool: Pool
  relay: Relay
  scratch: Scratch
  queue: Queue
  log: Logger
  announcements: Announcements
  indexer: Indexer
  outbox: Outbox
  quota: Quota
  /** Where messages are shown to somebody before they are stored. */
  moderate?: Moderate | undefined
}
