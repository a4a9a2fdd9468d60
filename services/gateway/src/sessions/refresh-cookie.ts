import { createHash, randomBytes } from 'node:crypto'
import { isId } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'

const sessionDays = 30

/**
 * Over HTTPS the name begins with `__Host-`: browsers take such a cookie only from this very host, over HTTPS and for all
 * its paths, so that no sibling domain can put another in its place.
 */
function cookieOf(secure: boolean): { name: string; path: string } {
  return secure ? { name: '__Host-parley_session', path: '/' } : { name: 'parley_session', path: '/api/v1/sessions' }
}

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
  const { name, path } = cookieOf(secure)
  reply.setCookie(name, `${session}.${secret}`, {
    path,
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: sessionDays * 24 * 3600,
  })
}

/** Takes the refresh token back from the browser. */
export function clearRefreshCookie(reply: FastifyReply, secure: boolean): void {
  const { name, path } = cookieOf(secure)
  reply.clearCookie(name, { path, secure })
}

/** Whether a request says that there is a session, be it true or not. */
export function hasRefreshCookie(request: FastifyRequest, secure: boolean): boolean {
  return request.cookies[cookieOf(secure).name] !== undefined
}

/** The refresh token of a request, or `undefined` where it has none. */
export function readRefreshCookie(request: FastifyRequest, secure: boolean): RefreshToken | undefined {
  const [session, secret] = request.cookies[cookieOf(secure).name]?.split('.') ?? []
  return isId(session) && secret ? { session, secret } : undefined
}
