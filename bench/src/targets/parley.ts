import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHistory } from '@parley/history'
import { startPostgres } from '@parley/local-postgres'
import { newId, ticketKey, ticketTtlMs } from '@parley/protocol'
import { createInProcessQueue } from '@parley/queue'
import { connectRedis } from '@parley/relay'
import pg from 'pg'
import { pino } from 'pino'
import { endChild, startChild, told } from '../child.ts'
import { firstSeq } from '../dialects.ts'
import type { Seat, StartTarget } from '../target.ts'

/** Long enough for every socket of a scene to connect. */
const ticketMs = 10 * ticketTtlMs

/** Starts a chat node in a process of its own, and history, with Postgres behind it, in this one. */
export const parley: StartTarget = async ({ rooms, socketsPerRoom }, redisUrl) => {
  const log = pino({ level: 'warn' }, pino.destination(2))
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const postgres = await startPostgres(folder)
  const exchange = connectRedis(redisUrl, log)
  const queue = createInProcessQueue(log)
  const internalToken = randomBytes(32).toString('base64url')
  const local = { host: '127.0.0.1', port: 0 }
  const history = await createHistory({ ...local, databaseUrl: postgres.url, exchange, queue, internalToken, log })
  const places = await settle(postgres.url, rooms, socketsPerRoom)
  const child = startChild(join(import.meta.dirname, '../servers/parley.ts'), {
    REDIS_URL: redisUrl,
    HISTORY_URL: history.url,
    INTERNAL_TOKEN: internalToken,
  })
  const port = await told<number>(child)
  const seats = await Promise.all(
    places.map(async ({ user, session, room }): Promise<Seat> => {
      const ticket = randomBytes(16).toString('base64url')
      await exchange.scratch.put(ticketKey(ticket), JSON.stringify({ user, session }), ticketMs)
      return { url: `ws://127.0.0.1:${port}/ws?ticket=${ticket}`, room }
    }),
  )
  return {
    pid: child.pid!,
    dialect: 'parley',
    seats,
    async close() {
      await endChild(child)
      await history.close()
      await queue.close()
      await exchange.close()
      await postgres.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
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
