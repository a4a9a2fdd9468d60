import type { Logger } from '@parley/kit'
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

const lookEveryMs = 250
/** What is read of a replica is at most so old. Who was removed from a conversation finds nothing in it after that. */
const mostOldMs = 1_000
/** Places of the primary's log that are remembered, with their times: as long as is of interest, and no longer. */
const mostMarks = Math.ceil(mostOldMs / lookEveryMs) + 1

export type Reads = {
  /** A database for reads that may be slightly old: the replica while it keeps up, else the primary. */
  db(): Kysely<Database>
  close(): void
}

/** All reads go to the one database there is. */
export function readPrimary(db: Kysely<Database>): Reads {
  return { db: () => db, close: () => {} }
}

/**
 * Follows how far a streaming replica is behind its primary, by the places in the write-ahead log: times that a replica
 * tells say nothing while nothing is written. One that is away, or too far behind, is not read.
 */
export function followReplica(primary: Kysely<Database>, replica: Kysely<Database>, log: Logger): Reads {
  let marks: { at: number; place: bigint }[] = []
  let freshAt = 0
  let wasFresh = true
  const isFresh = () => Date.now() - freshAt < mostOldMs

  async function look(): Promise<void> {
    const at = Date.now()
    const [written, replayed] = await Promise.all([
      placeIn(primary, 'pg_current_wal_lsn()'),
      placeIn(replica, 'pg_last_wal_replay_lsn()'),
    ])
    if (written !== undefined) marks = [...marks, { at, place: written }].slice(-mostMarks)
    if (replayed !== undefined) {
      for (const { at, place } of marks) if (place <= replayed) freshAt = Math.max(freshAt, at)
    }
    if (wasFresh !== isFresh()) log.info({ fresh: !wasFresh }, 'the replica of the database')
    wasFresh = isFresh()
  }

  let looking = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    await look()
    looking = false
  }, lookEveryMs)
  return { db: () => (isFresh() ? replica : primary), close: () => clearInterval(timer) }
}

async function placeIn(db: Kysely<Database>, of: string): Promise<bigint | undefined> {
  try {
    const { rows } = await sql<{ place: string | null }>`
      select pg_wal_lsn_diff(${sql.raw(of)}, '0/0')::text as place`.execute(db)
    const place = rows[0]?.place
    return place ? BigInt(place) : undefined
  } catch {
    return undefined // away
  }
}
