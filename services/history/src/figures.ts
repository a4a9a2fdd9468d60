import type { Metrics } from '@parley/kit'
import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import type { Database } from './schema/tables.ts'

/** Tells what history measures of its database and of the prompts that wait, when it is asked. */
export function tellFigures(metrics: Metrics, { pool, db }: { pool: Pool; db: Kysely<Database> }): void {
  metrics.gauge('parley_database_connections', 'Connections to Postgres that are open.', () => pool.totalCount)
  metrics.gauge('parley_database_connections_idle', 'Of these, those that nobody uses.', () => pool.idleCount)
  metrics.gauge('parley_database_waiting', 'Queries that wait for a connection.', () => pool.waitingCount)
  // All replicas tell the same: whoever asks takes the greatest.
  metrics.gauge('parley_prompts_waiting', 'Prompts that no worker has taken yet.', () => read(sql`count(*)`))
  metrics.gauge('parley_oldest_prompt_seconds', 'How long the oldest prompt has waited for a worker.', () =>
    read(sql`coalesce(extract(epoch from now() - min(released_at)), 0)`),
  )

  async function read(what: ReturnType<typeof sql>): Promise<number> {
    const { rows } = await sql<{ value: string }>`
      select ${what} as value from messages where status = 'queued' and released_at is not null`.execute(db)
    return Number(rows[0]!.value)
  }
}
