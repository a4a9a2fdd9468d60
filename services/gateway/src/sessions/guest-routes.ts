import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Guest, GuestAccount, GuestSession, newId, Refusal, User } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { beginSession } from './begin.ts'
import { sendVerification } from './link-routes.ts'
import { hashPassword, requireUnleaked } from './password.ts'
import { publicOrigin } from './public-origin.ts'
import { hashSecret } from './refresh-cookie.ts'
import { actorOf } from './require-session.ts'

const tag = 'guests'

/** Coming in by an invite link without an account. */
export function guestRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/invites/:token/guests',
      {
        schema: documented(tag, 'Join as a guest, where the invite is for guests, too', {
          params: Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) }),
          body: Guest,
          201: GuestSession,
        }),
      },
      async (request, reply) => {
        await deps.rateLimits.signUp(request.ip)
        const name = request.body.name.trim()
        if (name === '') throw new Refusal('request.invalid', 'A name has at least one letter.', { field: '/name' })
        const tokenHash = hashSecret(request.params.token)
        const { user, conversation } = await deps.history.createGuest({
          id: newId(),
          name,
          tokenHash,
          address: request.ip,
        })
        reply.status(201)
        return { ...(await beginSession(deps, { user, way: 'guest' }, request, reply)), conversation }
      },
    )
  }
}

/** Becoming an account. */
export function ownGuestRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.put(
      '/me/account',
      { schema: documented(tag, 'Make an account of being a guest', { body: GuestAccount, 200: User }) },
      async (request) => {
        const { user, session } = actorOf(request)
        const { email, password } = request.body
        await deps.rateLimits.signUp(request.ip)
        await requireUnleaked(deps, password)
        const passwordHash = await hashPassword(password)
        const account = await deps.history.makeAccount({ actor: user.id, address: request.ip, email, passwordHash })
        deps.sessionChecks.forget(session)
        if (deps.mailer.sends || deps.verifiedOnly) await sendVerification(deps, publicOrigin(deps, request), account)
        return account
      },
    )
  }
}
