import { Refusal, type Scope, type User } from '@parley/protocol'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { hashSecret } from './refresh-cookie.ts'
import { readToken } from './script-token.ts'

/** Who makes a request: by a session, or by a token for scripts, which may do what its scopes say. */
type Actor = { user: User; session: string; scopes?: Scope[] }

const actors = new WeakMap<FastifyRequest, Actor>()

/** A hook that lets only requests of a living session, or token, through, and not more of them than a user may make. */
export function requireSession(deps: Deps) {
  const { accessTokens, sessionChecks, rateLimits } = deps

  async function find(request: FastifyRequest, credential: string): Promise<Actor> {
    const token = readToken(credential)
    if (!token) {
      const { user, session } = await accessTokens.verify(credential)
      await rateLimits.request(user)
      return { user: await sessionChecks.check(session), session }
    }
    try {
      const { user, scopes } = await sessionChecks.checkToken(token.id, hashSecret(token.secret))
      await rateLimits.request(user.id)
      return { user, scopes, session: token.id }
    } catch (error) {
      await rateLimits.visit(request.ip) // whoever guesses is counted
      throw error
    }
  }

  return async (request: FastifyRequest): Promise<void> => {
    const [scheme, credential] = request.headers.authorization?.split(' ') ?? []
    if (scheme?.toLowerCase() !== 'bearer' || !credential) {
      throw new Refusal('auth.required', 'Sign in first: this needs an access token.')
    }
    actors.set(request, await find(request, credential))
  }
}

/** A hook for what scripts may do with a token: to look takes `read`, all else, and to open a socket, `write`. */
export async function requireScope(request: FastifyRequest): Promise<void> {
  const { scopes } = actorOf(request)
  const wanted: Scope = request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write'
  // Who may write may read.
  if (scopes && !scopes.includes(wanted) && !scopes.includes('write')) {
    throw new Refusal('auth.scope', `This token is not for that: it takes the scope “${wanted}”.`)
  }
}

/** A hook for what only people do, who have signed in: whatever concerns the account itself. */
export async function refuseScripts(request: FastifyRequest): Promise<void> {
  if (actorOf(request).scopes) throw new Refusal('auth.scope', 'Tokens for scripts cannot do that.')
}

/** A hook for an installation that wants to know whose the email addresses of its people are. */
export async function requireVerified(request: FastifyRequest): Promise<void> {
  const { user } = actorOf(request)
  if (!user.verified && !user.guest) {
    throw new Refusal('auth.email_unverified', 'Follow the link in the letter that was sent to you first.')
  }
}

/** A hook for those who administer the installation. History asks again whether they still do. */
export async function requireAdministrator(request: FastifyRequest): Promise<void> {
  if (!actorOf(request).user.admin) {
    throw new Refusal('access.forbidden', 'This is for those who administer the installation.')
  }
}

/** Who makes a request that `requireSession` let through. */
export function actorOf(request: FastifyRequest): Actor {
  const actor = actors.get(request)
  if (!actor) throw new Error('the route does not require a session')
  return actor
}
