import { Refusal } from '@parley/protocol'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { knownDevice } from './known-device.ts'
import { checkPassword } from './password.ts'
import { actorOf } from './require-session.ts'

/**
 * Asks for the password again before something that would outlast the session: whoever finds a browser open is not to
 * take the account over. Where there is none, to be signed in is all that can be shown.
 *
 * @param field where the password stands in the request, as a JSON pointer
 * @throws Refusal `auth.wrong_password`
 */
export async function requirePassword(
  deps: Deps,
  request: FastifyRequest,
  password: string | undefined,
  field = '/password',
): Promise<void> {
  const { email, guest } = actorOf(request).user
  if (guest) return
  const { passwordHash } = await deps.history.findCredentials({ email })
  if (passwordHash === undefined) return
  const attempt = { address: request.ip, email, device: knownDevice(deps, email, request) }
  await deps.rateLimits.password(attempt)
  if (await checkPassword(password ?? '', passwordHash)) return
  await deps.rateLimits.failed(attempt)
  throw new Refusal('auth.wrong_password', 'This is not your password.', { field })
}
