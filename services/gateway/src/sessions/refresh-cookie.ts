import { createHash, randomBytes } from 'node:crypto'
import { isId, Refusal } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'

const name = 'parley_session'
const path = '/api/v1/sessions'
const sessionDays = 30

/** A session's id and its current secret, of which history keeps only the hash. */
export type RefreshToken = { session: string; secret: string }

/** A new secret: 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256, which suffices for secrets of full entropy. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** When a session ends that is used now. */
export function sessionExpiry(): string {
  return new Date(Date.now() + sessionDays * 24 * 3600 * 1000).toISOString()
}

/** Gives the browser its refresh token where no script can read it. */
export function setRefreshCookie(reply: FastifyReply, { session, secret }: RefreshToken, secure: boolean): void {
  reply.setCookie(name, `${session}.${secret}`, {
    path,
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: sessionDays * 24 * 3600,
  })
}

/** Takes the refresh token back from the browser. */
export function clearRefreshCookie(reply: FastifyReply): void {
  reply.clearCookie(name, { path })
}

/** The refresh token of a request, or `undefined` where it has none. A request that another site made has none. */
export function readRefreshCookie(request: FastifyRequest): RefreshToken | undefined {
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    throw new Refusal('origin.forbidden', 'This can be asked by the page itself only.')
  }
  const [session, secret] = request.cookies[name]?.split('.') ?? []
  return isId(session) && secret ? { session, secret } : undefined
}
