import type { BodyOf, ResponseOf } from '@parley/history-client'
import { limits, Refusal, type User } from '@parley/protocol'
import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { isUniqueViolation } from '../schema/database.ts'

/** How long the secret before the last one is taken for a tab that lost the race to refresh, not for a thief. */
const graceMs = 10_000

/** People and their sessions. A session is one sign-in: its secret is exchanged for a new one each time it is used. */
export function createSessions({ db, announcements }: Pick<Deps, 'db' | 'announcements'>) {
  return {
    createUser,
    findCredentials,
    startSession,
    rotateSession,
    checkSession,
    endSession,
    endAllSessions,
    connectUsers,
  }

  async function createUser({ id, email, name, passwordHash }: BodyOf<'createUser'>): Promise<User> {
    const user = { id, email: email.toLowerCase(), name: name.toWellFormed() }
    try {
      await db
        .insertInto('users')
        .values({ ...user, password_hash: passwordHash })
        .execute()
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      const present = await db.selectFrom('users').select('email').where('id', '=', id).executeTakeFirst()
      if (present?.email !== user.email) {
        throw new Refusal('auth.email_taken', 'There is an account with this email address already. Sign in instead.')
      }
    }
    return user
  }

  async function findCredentials({ email }: BodyOf<'findCredentials'>): Promise<ResponseOf<'findCredentials'>> {
    const row = await db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', email.toLowerCase())
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!row) return {}
    return { user: { id: row.id, email: row.email, name: row.name }, passwordHash: row.password_hash }
  }

  async function startSession(body: BodyOf<'startSession'>): Promise<object> {
    await db
      .insertInto('sessions')
      .values({
        id: body.id,
        user_id: body.user,
        secret_hash: body.secretHash,
        user_agent: body.userAgent,
        expires_at: new Date(body.expiresAt),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return {}
  }

  async function rotateSession(body: BodyOf<'rotateSession'>): Promise<ResponseOf<'rotateSession'>> {
    const { session, secretHash, isIssued, nextSecretHash, expiresAt } = body
    const rotated = await db
      .updateTable('sessions')
      .set({
        secret_hash: nextSecretHash,
        previous_hash: secretHash,
        rotated_at: sql`now()`,
        expires_at: new Date(expiresAt),
      })
      .where('id', '=', session)
      .where('secret_hash', '=', secretHash)
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
    if (isIssued) await endSession({ session }) // stolen, by this one or by the one who was before
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
    await db
      .updateTable('sessions')
      .set({ ended_at: sql`now()` })
      .where('user_id', '=', actor)
      .where('ended_at', 'is', null)
      .execute()
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
      .select(['users.id', 'email', 'name'])
      .where('sessions.id', '=', session)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (!row) throw ended()
    return row
  }
}

function ended(): Refusal {
  return new Refusal('auth.session_ended', 'You are signed out. Sign in again.')
}
