import { newId, type Session, type User } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { accessTokenSeconds } from './access-token.ts'
import { seal } from './keyring.ts'
import { hashSecret, newSecret, sessionExpiry, setRefreshCookie } from './refresh-cookie.ts'

const maxUserAgentChars = 400

/** How somebody has shown who they are. */
export type Way = 'password' | 'passkey' | 'provider' | 'guest' | 'sign-up'

/**
 * Begins a session for somebody who has shown who they are, and gives the browser its cookie. Its id is new: what the
 * browser had before is worth nothing afterwards.
 *
 * @throws Refusal `auth.suspended`
 */
export async function beginSession(
  deps: Pick<Deps, 'history' | 'accessTokens' | 'keyring' | 'secureCookies'>,
  { user, way }: { user: User; way: Way },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> {
  const session = newId()
  const secret = seal(deps.keyring, session, newSecret())
  await deps.history.startSession({
    id: session,
    user: user.id,
    secretHash: hashSecret(secret),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, maxUserAgentChars),
    address: request.ip,
    way,
    expiresAt: sessionExpiry(),
  })
  setRefreshCookie(reply, { session, secret }, deps.secureCookies)
  return answerSession(deps, user, session)
}

/** What a page is told that has a session. */
export async function answerSession(
  { accessTokens }: Pick<Deps, 'accessTokens'>,
  user: User,
  session: string,
): Promise<Session> {
  const accessToken = await accessTokens.issue({ user: user.id, session })
  return { user, accessToken, expiresInSeconds: accessTokenSeconds }
}
