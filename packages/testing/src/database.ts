import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './postgres.ts' // what the setup provides

/** Makes an empty database in the run's Postgres. `drop` ends the connections it still has. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await run(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(server, `drop database ${name} with (force)`) }
}

/** Locks rows of a database by a statement, so that whatever changes them has to wait. */
export async function holdRows(url: string, statement: string) {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('begin')
  await client.query(statement)
  return {
    async isWaitedFor(): Promise<boolean> {
      await client.query('select pg_stat_clear_snapshot()') // within a transaction the answer is kept
      const { rows } = await client.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0
    },
    async release(): Promise<void> {
      await client.query('rollback')
      await client.end()
    },
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}
