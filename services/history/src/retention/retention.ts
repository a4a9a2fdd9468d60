import { type Kysely, sql } from 'kysely'
import { changingAsSystem } from '../conversations/changing.ts'
import type { Deps } from '../deps.ts'
import { erase } from '../messages/edit.ts'
import type { Database } from '../schema/tables.ts'

/** How long things are kept, in days; null: for good. */
export type Retention = {
  /** Conversations that were deleted, and can be restored until then. */
  deletedDays: number | null
  /** The text of messages. */
  messageDays: number | null
  /** Entries of the audit log. */
  auditDays: number | null
}

const everyMs = 3600_000
/** Sessions that are over, and links that nobody followed. */
const overDays = 30
const [rowsAtOnce, conversationsAtOnce] = [200, 20]
/** More than other statements get: a large conversation goes as a whole. */
const stepWithin = '5min'
const lockKey = 7_261_930

/**
 * Forgets what is older than an installation keeps, once an hour, by one replica at a time, a little at once.
 *
 * @returns `run`, which forgets all that there is to forget now, and `close`
 */
export function createRetention(deps: Pick<Deps, 'db' | 'announcements' | 'log'>, keep: Retention) {
  const { db, log } = deps
  let isClosed = false
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => start(), everyMs)

  function start(): void {
    running = run().catch((error: Error) => log.warn({ reason: error.message }, 'what is old is forgotten later'))
  }

  async function run(): Promise<void> {
    await again(() => forgetSessions(db))
    if (keep.deletedDays !== null) await again(() => forgetConversations(db, keep.deletedDays!))
    if (keep.messageDays !== null) await again(() => forgetMessages(deps, keep.messageDays!))
    if (keep.auditDays !== null) await again(() => forgetAudit(db, keep.auditDays!))
  }

  /** As long as there is more than is taken at once. */
  async function again(step: () => Promise<boolean>): Promise<void> {
    while (!isClosed && (await step()));
  }

  return {
    run,
    start,
    async close(): Promise<void> {
      isClosed = true
      clearInterval(timer)
      await running
    },
  }
}

/**
 * Runs in a transaction that no other replica runs at the same time; where one does, there is nothing to do.
 *
 * @returns whether there is more to do
 */
function alone(db: Kysely<Database>, work: (trx: Kysely<Database>) => Promise<boolean>): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await sql.raw(`set local statement_timeout = '${stepWithin}'`).execute(trx)
    const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(${lockKey}) as free`.execute(trx)
    return rows[0]?.free ? work(trx) : false
  })
}

function forgetSessions(db: Kysely<Database>): Promise<boolean> {
  return alone(db, async (trx) => {
    await sql`delete from links where expires_at < now()`.execute(trx)
    const { numAffectedRows } = await sql`
      delete from sessions where id in (
        select id from sessions
        where coalesce(ended_at, expires_at) < now() - ${overDays} * interval '1 day' limit ${rowsAtOnce}
      )`.execute(trx)
    return Number(numAffectedRows) >= rowsAtOnce
  })
}

function forgetConversations(db: Kysely<Database>, days: number): Promise<boolean> {
  return alone(db, async (trx) => {
    const { rows } = await sql<{ id: string }>`
      select id from conversations where deleted_at < now() - ${days} * interval '1 day'
      limit ${conversationsAtOnce} for update skip locked`.execute(trx)
    const ids = rows.map(({ id }) => id)
    // Rows that have no reference to their conversation, or may have very many; the others go with it.
    for (const table of ['messages', 'reactions', 'message_words', 'searched', 'summaries'] as const) {
      await trx.deleteFrom(table).where(sql<boolean>`conversation_id = any (${ids}::uuid[])`).execute()
    }
    await trx.deleteFrom('conversations').where(sql<boolean>`id = any (${ids}::uuid[])`).execute()
    return ids.length >= conversationsAtOnce
  })
}

/** The texts go, and what stands in their place is what stands where somebody deletes a message. */
async function forgetMessages(deps: Pick<Deps, 'db' | 'announcements'>, days: number): Promise<boolean> {
  const { rows } = await sql<{ conversation_id: string; ids: string[] }>`
    select conversation_id, array_agg(id) as ids from (
      select conversation_id, id from messages
      where created_at < now() - ${days} * interval '1 day' and deleted_at is null
        and (status is null or status not in ('queued', 'streaming'))
      limit ${rowsAtOnce}
    ) old group by conversation_id`.execute(deps.db)
  for (const { conversation_id, ids } of rows) {
    await changingAsSystem(deps, conversation_id, async (held) => {
      for (const id of ids) await erase(held, id)
    })
  }
  return rows.reduce((sum, { ids }) => sum + ids.length, 0) >= rowsAtOnce
}

function forgetAudit(db: Kysely<Database>, days: number): Promise<boolean> {
  return alone(db, async (trx) => {
    await sql`set local parley.retention = 'on'`.execute(trx)
    const { numAffectedRows } = await sql`
      delete from audit where id in (
        select id from audit where at < now() - ${days} * interval '1 day' order by id limit ${rowsAtOnce}
      )`.execute(trx)
    return Number(numAffectedRows) >= rowsAtOnce
  })
}
