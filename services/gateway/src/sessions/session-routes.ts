import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { newId, Refusal, Session, SignIn, SignUp, Ticket, ticketKey, ticketTtlMs, User } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { accessTokenSeconds } from './access-token.ts'
import { isSealed, seal } from './keyring.ts'
import { checkPassword, hashPassword } from './password.ts'
import {
  clearRefreshCookie,
  hashSecret,
  newSecret,
  readRefreshCookie,
  sessionExpiry,
  setRefreshCookie,
} from './refresh-cookie.ts'
import { actorOf } from './require-session.ts'

const maxUserAgentChars = 400

/** Signing up, in, and staying signed in: what needs no access token. */
export function accountRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history, accessTokens, keyring, rateLimits, secureCookies } = deps

  async function answer(user: User, session: string): Promise<Session> {
    return {
      user,
      accessToken: await accessTokens.issue({ user: user.id, session }),
      expiresInSeconds: accessTokenSeconds,
    }
  }

  async function begin(user: User, request: FastifyRequest, reply: FastifyReply): Promise<Session> {
    const session = newId()
    const secret = seal(keyring, session, newSecret())
    const userAgent = (request.headers['user-agent'] ?? '').slice(0, maxUserAgentChars)
    await history.startSession({
      id: session,
      user: user.id,
      secretHash: hashSecret(secret),
      userAgent,
      expiresAt: sessionExpiry(),
    })
    setRefreshCookie(reply, { session, secret }, secureCookies)
    return answer(user, session)
  }

  return async (app) => {
    app.post(
      '/accounts',
      { schema: documented('sessions', 'Make an account and sign in', { body: SignUp, 201: Session }) },
      async (request, reply) => {
        await rateLimits.signUp(request.ip)
        const { email, name, password } = request.body
        const passwordHash = await hashPassword(password)
        const user = await history.createUser({ id: newId(), email, name: name.trim() || email, passwordHash })
        reply.status(201)
        return begin(user, request, reply)
      },
    )

    app.post(
      '/sessions',
      { schema: documented('sessions', 'Sign in', { body: SignIn, 201: Session }) },
      async (request, reply) => {
        const { email, password } = request.body
        await rateLimits.signIn(request.ip, email)
        const { user, passwordHash } = await history.findCredentials({ email })
        const matches = await checkPassword(password, passwordHash)
        if (!user || !matches) {
          throw new Refusal('auth.invalid_credentials', 'This email address and password do not belong together.')
        }
        reply.status(201)
        return begin(user, request, reply)
      },
    )

    app.post(
      '/sessions/refresh',
      {
        schema: documented('sessions', 'Exchange the session cookie for a new one and an access token', {
          200: Session,
        }),
      },
      async (request, reply) => {
        const token = readRefreshCookie(request, secureCookies)
        if (!token) throw new Refusal('auth.required', 'You are signed out. Sign in again.')
        const next = seal(keyring, token.session, newSecret())
        const { user, rotated } = await history
          .rotateSession({
            session: token.session,
            secretHash: hashSecret(token.secret),
            isIssued: isSealed(keyring, token.session, token.secret),
            nextSecretHash: hashSecret(next),
            expiresAt: sessionExpiry(),
          })
          .catch((error: unknown) => {
            if (error instanceof Refusal && error.code === 'auth.session_ended')
              clearRefreshCookie(reply, secureCookies)
            throw error
          })
        // Where another tab was first, that tab's answer has set the cookie already.
        if (rotated) setRefreshCookie(reply, { session: token.session, secret: next }, secureCookies)
        return answer(user, token.session)
      },
    )
  }
}

/** What a session can do with itself. */
export function sessionRoutes({
  history,
  scratch,
  sessionChecks,
  secureCookies,
  rateLimits,
}: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/me', { schema: documented('sessions', 'Who is signed in', { 200: User }) }, async (request) => {
      return actorOf(request).user
    })

    app.delete(
      '/sessions/current',
      { schema: documented('sessions', 'Sign out here', { 204: Type.Null() }) },
      async (request, reply) => {
        const { session } = actorOf(request)
        await history.endSession({ session })
        sessionChecks.forget(session)
        clearRefreshCookie(reply, secureCookies)
        return reply.status(204).send()
      },
    )

    app.delete(
      '/sessions',
      { schema: documented('sessions', 'Sign out everywhere', { 204: Type.Null() }) },
      async (request, reply) => {
        const { user, session } = actorOf(request)
        await history.endAllSessions({ actor: user.id })
        sessionChecks.forget(session)
        clearRefreshCookie(reply, secureCookies)
        return reply.status(204).send()
      },
    )

    app.post(
      '/tickets',
      { schema: documented('sessions', 'Get a ticket for one WebSocket', { 201: Ticket }) },
      async (request, reply) => {
        const { user, session } = actorOf(request)
        await rateLimits.ticket(user.id)
        const ticket = randomBytes(24).toString('base64url')
        await scratch.put(ticketKey(ticket), JSON.stringify({ user: user.id, session }), ticketTtlMs)
        reply.status(201)
        return { ticket }
      },
    )
  }
}
