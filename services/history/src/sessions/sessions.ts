import type { BodyOf, ResponseOf } from '@parley/history-client'
import { limits, Refusal, type SignUps, type User } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import { isUniqueViolation } from '../schema/database.ts'
import type { Database } from '../schema/tables.ts'
import { endSessions, loadUser, toUser, userColumns } from './user.ts'

/** How long the secret before the last one is taken for a tab that lost the race to refresh, not for a thief. */
const graceMs = 10_000

/** People and their sessions. A session is one sign-in: its secret is exchanged for a new one each time it is used. */
export function createSessions({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return {
    createUser,
    readSignUps,
    findCredentials,
    noteFailedSignIn,
    startSession,
    rotateSession,
    checkSession,
    endSession,
    endAllSessions,
    connectUsers,
  }

  async function createUser(body: BodyOf<'createUser'>): Promise<User> {
    const { id, name, passwordHash, address } = body
    const email = body.email.toLowerCase()
    await requireOpen(db, body.inviteHash)
    try {
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('users')
          .values({ id, email, name: name.toWellFormed(), password_hash: passwordHash })
          .execute()
        await audit(trx, { action: 'account.created', actor: id, address })
      })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      const present = await db.selectFrom('users').select('email').where('id', '=', id).executeTakeFirst()
      if (present?.email !== email) {
        throw new Refusal('auth.email_taken', 'There is an account with this email address already. Sign in instead.')
      }
    }
    return loadUser(db, id)
  }

  async function readSignUps(): Promise<ResponseOf<'readSignUps'>> {
    const { rows } = await sql<{ sign_ups: SignUps; has_admin: boolean }>`
      select sign_ups, exists (select from users where is_admin and deleted_at is null) as has_admin
      from installation`.execute(db)
    return { signUps: rows[0]!.sign_ups, hasAdministrator: rows[0]!.has_admin }
  }

  async function findCredentials({ email }: BodyOf<'findCredentials'>): Promise<ResponseOf<'findCredentials'>> {
    const row = await db
      .selectFrom('users')
      .select([...userColumns, 'password_hash'])
      .where('email', '=', email.toLowerCase())
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!row) return {}
    return { user: toUser(row), ...(row.password_hash !== '' && { passwordHash: row.password_hash }) }
  }

  async function noteFailedSignIn({ email, address }: BodyOf<'noteFailedSignIn'>): Promise<object> {
    const { user } = await findCredentials({ email })
    // Of an address that nobody has, nothing is kept: it may be a password in the wrong field.
    await audit(db, { action: 'sign-in.failed', target: user?.id, address })
    return {}
  }

  /** Of who is suspended none is begun, also where that happened this very moment. */
  async function startSession(body: BodyOf<'startSession'>): Promise<object> {
    const { id, user, secretHash, userAgent, address = '', expiresAt, way } = body
    return db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ suspended: boolean; fresh: boolean }>`
        with holder as (select id, suspended_at from users where id = ${user} and deleted_at is null for share),
        begun as (
          insert into sessions (id, user_id, secret_hash, user_agent, address, expires_at)
          select ${id}, id, ${secretHash}, ${userAgent}, ${address}, ${new Date(expiresAt)}
          from holder where suspended_at is null
          on conflict do nothing
          returning id
        )
        select suspended_at is not null as suspended, exists (select from begun) as fresh from holder`.execute(trx)
      if (!rows[0]) throw ended()
      if (rows[0].suspended) throw new Refusal('auth.suspended', 'This account is suspended.')
      if (rows[0].fresh)
        await audit(trx, { action: 'sign-in', actor: user, address, detail: { way: way ?? 'password' } })
      return {}
    })
  }

  async function rotateSession(body: BodyOf<'rotateSession'>): Promise<ResponseOf<'rotateSession'>> {
    const { session, secretHash, isIssued = true, nextSecretHash, expiresAt, address } = body
    const rotated = await db
      .updateTable('sessions')
      .set({
        secret_hash: nextSecretHash,
        previous_hash: secretHash,
        rotated_at: sql`now()`,
        expires_at: new Date(expiresAt),
        ...(address !== undefined && { address }),
      })
      .where('id', '=', session)
      .where('secret_hash', '=', secretHash)
      .where('scopes', 'is', null)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (rotated.numUpdatedRows === 1n) return { user: await requireUser(session), rotated: true }

    const user = await requireUser(session)
    const row = await db
      .selectFrom('sessions')
      .select([
        'secret_hash',
        'previous_hash',
        sql<boolean>`rotated_at > now() - ${graceMs} * interval '1 ms'`.as('fresh'),
      ])
      .where('id', '=', session)
      .executeTakeFirstOrThrow()
    if (row.previous_hash === secretHash && row.secret_hash === nextSecretHash) return { user, rotated: true } // repeat
    if (row.previous_hash === secretHash && row.fresh) return { user, rotated: false }
    if (isIssued) {
      // Stolen, by this one or by the one who was before.
      await endSession({ session })
      await audit(db, { action: 'session.reused', actor: user.id, target: session, address })
    }
    throw ended()
  }

  async function checkSession({ session }: BodyOf<'checkSession'>): Promise<{ user: User }> {
    return { user: await requireUser(session) }
  }

  async function endSession({ session }: BodyOf<'endSession'>): Promise<object> {
    const row = await db
      .updateTable('sessions')
      .set({ ended_at: sql`now()` })
      .where('id', '=', session)
      .where('ended_at', 'is', null)
      .returning('user_id')
      .executeTakeFirst()
    if (row) announcements.toUser(row.user_id, { type: 'signed-out', session })
    return {}
  }

  async function endAllSessions({ actor }: BodyOf<'endAllSessions'>): Promise<object> {
    await endSessions(db, actor)
    await audit(db, { action: 'sessions.ended', actor })
    announcements.toUser(actor, { type: 'signed-out' })
    return {}
  }

  async function connectUsers({ sockets }: BodyOf<'connectUsers'>): Promise<ResponseOf<'connectUsers'>> {
    const sessions = await db
      .selectFrom('sessions')
      .select(['id', 'user_id'])
      .where('id', '=', sql<string>`any(${sockets.map(({ session }) => session)}::uuid[])`)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .execute()
    const holders = new Map(sessions.map(({ id, user_id }) => [id, user_id]))
    const large = await db
      .selectFrom('members')
      .innerJoin('conversations', 'conversations.id', 'members.conversation_id')
      .select(['conversations.id', 'user_id'])
      .where('user_id', '=', sql<string>`any(${[...new Set(holders.values())]}::uuid[])`)
      .where('left_at', 'is', null)
      .where('member_count', '>', limits.directBumpMembers)
      .execute()
    const largeOf = Map.groupBy(large, ({ user_id }) => user_id)
    return {
      welcomes: sockets.map(({ user, session }) =>
        holders.get(session) === user ? { largeConversations: (largeOf.get(user) ?? []).map(({ id }) => id) } : null,
      ),
    }
  }

  async function requireUser(session: string): Promise<User> {
    const row = await db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(userColumns)
      .where('sessions.id', '=', session)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (!row) throw ended()
    return toUser(row)
  }
}

function ended(): Refusal {
  return new Refusal('auth.session_ended', 'You are signed out. Sign in again.')
}

/** @throws Refusal `auth.closed` where the installation has no room for who comes so */
async function requireOpen(db: Kysely<Database>, inviteHash: string | undefined): Promise<void> {
  const { sign_ups } = await db.selectFrom('installation').select('sign_ups').executeTakeFirstOrThrow()
  if (sign_ups === 'open') return
  const invite =
    sign_ups === 'invited' &&
    inviteHash !== undefined &&
    (await db
      .selectFrom('invites')
      .innerJoin('conversations', 'conversations.id', 'invites.conversation_id')
      .select('token_hash')
      .where('token_hash', '=', inviteHash)
      .where('expires_at', '>', sql<Date>`now()`)
      .where('deleted_at', 'is', null)
      .where(sql<boolean>`coalesce(uses < max_uses, true)`)
      .executeTakeFirst())
  if (!invite) throw new Refusal('auth.closed', 'No new accounts are made here, or for invited people only.')
}
