import { Refusal, type User } from '@parley/protocol'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'

type Actor = { user: User; session: string }

const actors = new WeakMap<FastifyRequest, Actor>()

/** A hook that lets only requests of a living session through, and not more of them than a user may make. */
export function requireSession({ accessTokens, sessionChecks, rateLimits }: Deps) {
  return async (request: FastifyRequest): Promise<void> => {
    const [scheme, token] = request.headers.authorization?.split(' ') ?? []
    if (scheme?.toLowerCase() !== 'bearer' || !token) {
      throw new Refusal('auth.required', 'Sign in first: this needs an access token.')
    }
    const holder = await accessTokens.verify(token)
    await rateLimits.request(holder.user)
    actors.set(request, { user: await sessionChecks.check(holder.session), session: holder.session })
  }
}

/** Who makes a request that `requireSession` let through. */
export function actorOf(request: FastifyRequest): Actor {
  const actor = actors.get(request)
  if (!actor) throw new Error('the route does not require a session')
  return actor
}
