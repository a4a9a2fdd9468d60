import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { isSealed, seal } from './keyring.ts'
import { newSecret } from './refresh-cookie.ts'

const yearSeconds = 365 * 24 * 3600
const cookieOf = (secure: boolean) =>
  secure ? { name: '__Host-parley_device', path: '/' } : { name: 'parley_device', path: '/api/v1' }

type Cookies = Pick<Deps, 'keyring' | 'secureCookies'>

const holderOf = (email: string) => `device of ${email.toLowerCase()}`

/**
 * Remembers a browser in which somebody has signed in: whoever tries passwords from elsewhere cannot use up its tries,
 * and so lock nobody out. After OWASP's "Slow Down Online Guessing Attacks with Device Cookies".
 */
export function rememberDevice({ keyring, secureCookies }: Cookies, email: string, reply: FastifyReply): void {
  const { name, path } = cookieOf(secureCookies)
  const value = seal(keyring, holderOf(email), newSecret())
  reply.setCookie(name, value, { path, httpOnly: true, sameSite: 'strict', secure: secureCookies, maxAge: yearSeconds })
}

/** The browser by which somebody has signed in to this account before, or `undefined`. */
export function knownDevice(
  { keyring, secureCookies }: Cookies,
  email: string,
  request: FastifyRequest,
): string | undefined {
  const value = request.cookies[cookieOf(secureCookies).name]
  return value && isSealed(keyring, holderOf(email), value) ? value.slice(0, 40) : undefined
}
