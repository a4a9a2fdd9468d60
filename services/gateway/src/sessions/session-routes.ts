import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { newId, Refusal, Session, SignIn, SignUp } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { answerSession, beginSession } from './begin.ts'
import { isSealed, seal } from './keyring.ts'
import { knownDevice, rememberDevice } from './known-device.ts'
import { sendVerification } from './link-routes.ts'
import { checkPassword, hashPassword, requireUnleaked } from './password.ts'
import { publicOrigin } from './public-origin.ts'
import {
  clearRefreshCookie,
  hashSecret,
  hasRefreshCookie,
  newSecret,
  readRefreshCookie,
  sessionExpiry,
  setRefreshCookie,
} from './refresh-cookie.ts'
import { actorOf } from './require-session.ts'

/** Signing up, in, and staying signed in: what needs no access token. */
export function accountRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history, keyring, rateLimits, secureCookies } = deps

  return async (app) => {
    app.post(
      '/accounts',
      { schema: documented('sessions', 'Make an account and sign in', { body: SignUp, 201: Session }) },
      async (request, reply) => {
        await rateLimits.signUp(request.ip)
        const { email, name, password, invite } = request.body
        await requireUnleaked(deps, password)
        const passwordHash = await hashPassword(password)
        const user = await history.createUser({
          id: newId(),
          email,
          name: name.trim() || email,
          passwordHash,
          address: request.ip,
          ...(invite && { inviteHash: hashSecret(invite) }),
        })
        if (deps.mailer.sends || deps.verifiedOnly) await sendVerification(deps, publicOrigin(deps, request), user)
        rememberDevice(deps, email, reply)
        reply.status(201)
        return beginSession(deps, { user, way: 'sign-up' }, request, reply)
      },
    )

    app.post(
      '/sessions',
      { schema: documented('sessions', 'Sign in', { body: SignIn, 201: Session }) },
      async (request, reply) => {
        const { email, password } = request.body
        const attempt = { address: request.ip, email, device: knownDevice(deps, email, request) }
        await rateLimits.password(attempt)
        const { user, passwordHash } = await history.findCredentials({ email })
        const matches = await checkPassword(password, passwordHash)
        if (!user || !matches) {
          await rateLimits.failed(attempt)
          await history.noteFailedSignIn({ email, address: request.ip })
          throw new Refusal('auth.invalid_credentials', 'This email address and password do not belong together.')
        }
        rememberDevice(deps, email, reply)
        reply.status(201)
        return beginSession(deps, { user, way: 'password' }, request, reply)
      },
    )

    app.post(
      '/sessions/refresh',
      {
        schema: documented(
          'sessions',
          'Exchange the session cookie, where there is one, for a new one and an access token',
          {
            200: Session,
            204: Type.Null(),
          },
        ),
      },
      async (request, reply) => {
        // Every page asks, also that of who has never been here: for them nothing has gone wrong.
        if (!hasRefreshCookie(request, secureCookies)) return reply.status(204).send()
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
            address: request.ip,
          })
          .catch((error: unknown) => {
            if (error instanceof Refusal && error.code === 'auth.session_ended')
              clearRefreshCookie(reply, secureCookies)
            throw error
          })
        // Where another tab was first, that tab's answer has set the cookie already.
        if (rotated) setRefreshCookie(reply, { session: token.session, secret: next }, secureCookies)
        return answerSession(deps, user, token.session)
      },
    )
  }
}

/** What a session can do with itself. */
export function sessionRoutes({ history, sessionChecks, secureCookies }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
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
  }
}
