import { inSpan, type Logger, SpanKind } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from './tables.ts'

// Sequence numbers stay far below 2^53; as strings they would have to be converted in every query.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
// A day is a day, whatever the time zone of this process.
pg.types.setTypeParser(pg.types.builtins.DATE, String)

export type Connection = { pool: pg.Pool; db: Kysely<Database>; close(): Promise<void> }

/** A pool of connections to Postgres. Connecting happens at the first query. */
export function connectDatabase(url: string, maxConnections: number, log: Logger): Connection {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 8_000,
    idle_in_transaction_session_timeout: 10_000,
    application_name: 'parley-history',
  })
  // The pool listens to connections that rest; one that is cut off between two statements of a transaction would end the
  // process. Its next statement rejects.
  pool.on('connect', (client) => {
    client.on('error', () => {})
    traceQueries(client)
  })
  pool.on('error', (error) => log.warn({ reason: error.message }, 'a database connection was lost'))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { pool, db, close: () => db.destroy() }
}

/** Has each query of a connection be a span of what it is asked in. */
function traceQueries(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((...args: unknown[]) => {
    const asked = args[0] as string | { name?: string; text: string }
    const summary = typeof asked === 'string' ? summaryOf(asked) : (asked.name ?? summaryOf(asked.text))
    const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary }
    const span = <T>(work: () => T) =>
      inSpan(`postgres ${summary}`, { kind: SpanKind.CLIENT, onlyWithin: true, attributes }, work)
    const done = args.at(-1)
    if (typeof done !== 'function') return span(() => query(...args))
    // So asks the pool's own `query`.
    const answered = span(() => {
      return new Promise((resolve, reject) => {
        query(...args.slice(0, -1), (error: Error | null, result: unknown) => (error ? reject(error) : resolve(result)))
      })
    })
    answered.then(
      (result) => done(undefined, result),
      (error) => done(error),
    )
  }) as typeof client.query
}

/** What a statement does, and to which table, without anything that it is given. */
function summaryOf(statement: string): string {
  const verb = /[a-z]+/i.exec(statement)?.[0].toLowerCase() ?? ''
  const table = /\b(?:from|into|update)\s+"?([a-z_]+)/i.exec(statement)?.[1]
  return table === undefined ? verb : `${verb} ${table}`
}

/** Whether an error means that Postgres is away or busy, and a repeat may work. */
export function isPassing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string }
  return (
    /^(08|53|57P|40001|40P01|57014|25P03)/.test(code ?? '') ||
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/.test(code ?? '') ||
    /Connection terminated|timeout exceeded when trying to connect|not queryable|connection error/i.test(message ?? '')
  )
}

/** `unavailable` for an error that passes; others as they are. */
export function translateDatabaseError(error: unknown): unknown {
  return isPassing(error) ? new Refusal('unavailable', 'The database is away for the moment.', { cause: error }) : error
}

/** Whether an error is the violation of a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: string }).code === '23505'
}
