import { migrationsOf } from '@parley/history/schema'
import pg from 'pg'
import { doubtful, type Finding, ill, well, wordsOf } from './finding.ts'

const about = 'Postgres'
const withinMs = 3_000
/** `uuidv7()` came with it. */
const oldestVersion = 18
/** A clock that is off by more makes leases of replies end too soon, or too late. */
const mostSkewMs = 1_000

type Row = { version: string; sync: string; fsync: string; most: string; used: string; now: Date }

/** Whether the database can be reached, keeps what it acknowledges, and has the schema of this version. */
export async function checkDatabase(
  url: string,
  { connections, now }: { connections: number; now: () => number },
): Promise<Finding[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: withinMs,
    statement_timeout: withinMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    return [ill(about, wordsOf(error), mendConnecting(error as { code?: string }))]
  }
  try {
    return await look(client, url, { connections, now })
  } catch (error) {
    return [ill(about, wordsOf(error), 'Look at what the database logs.')]
  } finally {
    await client.end()
  }
}

function mendConnecting({ code }: { code?: string }): string {
  if (code === '28P01' || code === '28000') return 'Mend the user or the password in DATABASE_URL.'
  if (code === '3D000') return 'Create the database that DATABASE_URL names.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Mend the host in DATABASE_URL.'
  return 'Start Postgres, or mend the host and port in DATABASE_URL.'
}

async function look(
  client: pg.Client,
  url: string,
  { connections, now }: { connections: number; now: () => number },
): Promise<Finding[]> {
  const askedAt = now()
  const { rows } = await client.query<Row>(`
    select current_setting('server_version_num') as version, current_setting('synchronous_commit') as sync,
      current_setting('fsync') as fsync, current_setting('max_connections') as most, clock_timestamp() as now,
      (select count(*) from pg_stat_activity where backend_type = 'client backend') as used`)
  const row = rows[0]!
  const skewMs = row.now.getTime() - (askedAt + now()) / 2
  const version = Math.floor(Number(row.version) / 10_000)
  const findings: Finding[] = []
  if (version < oldestVersion)
    findings.push(ill(about, `It is version ${version}.`, `Parley needs ${oldestVersion} or newer.`))
  if (row.sync === 'off' || row.fsync === 'off') {
    const which = row.sync === 'off' ? 'synchronous_commit' : 'fsync'
    findings.push(ill(about, `${which} is off: messages that were acknowledged may be lost.`, `Turn ${which} on.`))
  }
  if (Number(row.most) < connections + 5)
    findings.push(
      ill(
        about,
        `It takes ${row.most} connections; each history keeps up to ${connections}.`,
        'Raise max_connections, or lower DATABASE_CONNECTIONS.',
      ),
    )
  if (Math.abs(skewMs) > mostSkewMs)
    findings.push(
      ill('clock', `Postgres is ${Math.round(skewMs)} ms ahead of this machine.`, 'Let both keep time by NTP.'),
    )
  if (version >= oldestVersion) findings.push(...(await checkMigrations(url)))
  if (findings.length === 0)
    findings.push(
      well(about, `version ${version}, ${row.used} of ${row.most} connections in use, the schema is this version's`),
    )
  return findings
}

async function checkMigrations(url: string): Promise<Finding[]> {
  const { pending, unknown } = await migrationsOf(url)
  if (unknown.length > 0)
    return [
      ill(
        'schema',
        `It has ${unknown.join(', ')}, which this version does not know.`,
        'Run the version that made it, or a newer one.',
      ),
    ]
  if (pending.length > 0)
    return [
      doubtful(
        'schema',
        `${pending.length} migrations are missing, from ${pending[0]} on.`,
        'Start history, or run `npm run migrate`.',
      ),
    ]
  return []
}
