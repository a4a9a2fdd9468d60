import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@parley/local-postgres'
import { newId, ticketKey, ticketTtlMs } from '@parley/protocol'
import { connectRedis } from '@parley/relay'
import pg from 'pg'
import { pino } from 'pino'
import { endChild, startChild, told } from '../child.ts'
import { firstSeq } from '../dialects.ts'
import type { Seat, StartTarget } from '../target.ts'

/** Long enough for every socket of a scene to connect. */
const ticketMs = 10 * ticketTtlMs
/** As its image starts a chat node (deploy/compose/compose.yaml). */
const nodeFlags = ['--heap-growing-percent=20', '--max-semi-space-size=4']
const servers = join(import.meta.dirname, '../servers')

/** Starts chat nodes and history, each a process of its own, with a Postgres behind them. */
export const parley: StartTarget = async ({ rooms, socketsPerRoom, nodes: count = 1 }, redisUrl) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const postgres = await startPostgres(folder)
  const exchange = connectRedis(redisUrl, pino({ level: 'silent' }))
  const env = {
    REDIS_URL: redisUrl,
    DATABASE_URL: postgres.url,
    INTERNAL_TOKEN: randomBytes(32).toString('base64url'),
  }
  const history = startChild(join(servers, 'history.ts'), env)
  const { url } = await told<{ url: string }>(history)
  const places = await settle(postgres.url, rooms, socketsPerRoom)
  const nodes = Array.from({ length: count }, (_, at) =>
    startChild(join(servers, 'parley.ts'), { ...env, HISTORY_URL: url, NODE_NAME: `bench-${at}` }, nodeFlags),
  )
  const ports = await Promise.all(nodes.map((node) => told<{ port: number }>(node)))
  return {
    dialect: 'parley',
    nodes: nodes.map(({ pid }) => pid!),
    others: { history: history.pid! },
    historyUrl: url,
    rooms: [...new Set(places.map(({ room }) => room))],
    seats: (node = 0, tries = 1) => inBatches(places, (place) => admit(place, ports[node]!.port, tries)),
    async close() {
      await Promise.all([...nodes, history].map(endChild))
      await exchange.close()
      await postgres.close()
      await rm(folder, { recursive: true, force: true })
    },
  }

  async function admit({ user, session, room }: Place, port: number, tries: number): Promise<Seat> {
    const tickets = Array.from({ length: tries }, () => randomBytes(16).toString('base64url'))
    const holder = JSON.stringify({ user, session })
    await Promise.all(tickets.map((ticket) => exchange.scratch.put(ticketKey(ticket), holder, ticketMs)))
    return { urls: tickets.map((ticket) => `ws://127.0.0.1:${port}/ws?ticket=${ticket}`), room }
  }
}

async function inBatches<T, R>(items: T[], make: (item: T) => Promise<R>): Promise<R[]> {
  const made: R[] = []
  for (let at = 0; at < items.length; at += 500) {
    made.push(...(await Promise.all(items.slice(at, at + 500).map(make))))
  }
  return made
}

type Place = { user: string; session: string; room: string }

/** A person with a session for each socket, and conversations that they are members of. */
async function settle(databaseUrl: string, rooms: number, socketsPerRoom: number): Promise<Place[]> {
  const conversations = Array.from({ length: rooms }, newId)
  const places = Array.from({ length: rooms * socketsPerRoom }, (_, at) => ({
    user: newId(),
    session: newId(),
    room: conversations[at % rooms]!,
  }))
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const columns = [places.map(({ user }) => user), places.map(({ session }) => session), places.map(({ room }) => room)]
  await client.query(
    `insert into users (id, email, name, password_hash)
     select id, id || '@example.org', 'Ada', '' from unnest($1::uuid[]) id`,
    [columns[0]],
  )
  await client.query(
    `insert into sessions (id, user_id, secret_hash, user_agent, expires_at)
     select session, person, '', '', now() + interval '1 day' from unnest($1::uuid[], $2::uuid[]) p (person, session)`,
    columns.slice(0, 2),
  )
  await client.query(
    `insert into conversations (id, title, head_seq, changed_seq, member_count)
     select id, 'Bench', $3, $3, $2 from unnest($1::uuid[]) id`,
    [conversations, socketsPerRoom, firstSeq],
  )
  await client.query(
    `insert into members (conversation_id, user_id, role, changed_seq)
     select room, person, 'member', $3 from unnest($1::uuid[], $2::uuid[]) p (person, room)`,
    [columns[0], columns[2], firstSeq],
  )
  await client.end()
  return places
}
