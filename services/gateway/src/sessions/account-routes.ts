import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Confirmation, Id, PasswordPut, ProfilePatch, Refusal, SessionList, User } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { hashPassword, requireUnleaked } from './password.ts'
import { clearRefreshCookie } from './refresh-cookie.ts'
import { requirePassword } from './require-password.ts'
import { actorOf } from './require-session.ts'

const tag = 'account'

/** One's own account: name, password, the places where one is signed in, and its end. */
export function ownAccountRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history, rateLimits, sessionChecks, secureCookies } = deps
  return async (app) => {
    app.patch(
      '/me',
      { schema: documented(tag, 'Change your name', { body: ProfilePatch, 200: User }) },
      async (request) => {
        const { user, session } = actorOf(request)
        const name = request.body.name.trim()
        if (name === '') throw new Refusal('request.invalid', 'A name has at least one letter.', { field: '/name' })
        await rateLimits.rename(user.id)
        const renamed = await history.renameUser({ actor: user.id, name })
        sessionChecks.forget(session)
        return renamed
      },
    )

    app.put(
      '/me/password',
      {
        schema: documented(tag, 'Change your password; you are signed out everywhere else', {
          body: PasswordPut,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        const { user, session } = actorOf(request)
        await requirePassword(deps, request, request.body.current, '/current')
        await requireUnleaked(deps, request.body.next)
        const passwordHash = await hashPassword(request.body.next)
        await history.changePassword({ actor: user.id, session, passwordHash, address: request.ip })
        return reply.status(204).send()
      },
    )

    app.post(
      '/me/deletion',
      {
        schema: documented(tag, 'Delete your account. What you wrote to others stays, without your name', {
          body: Confirmation,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        const { user, session } = actorOf(request)
        await requirePassword(deps, request, request.body.password)
        await history.deleteUser({ actor: user.id, address: request.ip })
        sessionChecks.forget(session)
        clearRefreshCookie(reply, secureCookies)
        return reply.status(204).send()
      },
    )

    app.get(
      '/sessions',
      { schema: documented(tag, 'Where you are signed in', { 200: SessionList }) },
      async (request) => {
        const { user, session } = actorOf(request)
        const { sessions } = await history.listSessions({ actor: user.id })
        return { sessions: sessions.map((each) => ({ ...each, current: each.id === session })) }
      },
    )

    app.delete(
      '/sessions/:session',
      {
        schema: documented(tag, 'Sign out somewhere else', { params: Type.Object({ session: Id }), 204: Type.Null() }),
      },
      async (request, reply) => {
        await history.endOwnSession({ actor: actorOf(request).user.id, ...request.params })
        sessionChecks.forget(request.params.session)
        return reply.status(204).send()
      },
    )
  }
}
