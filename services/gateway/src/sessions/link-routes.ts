import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Refusal, Reset, ResetRequest, Verification } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { resetLetter, verificationLetter } from '../mail/letters.ts'
import { hashPassword, requireUnleaked } from './password.ts'
import { publicOrigin } from './public-origin.ts'
import { hashSecret, newSecret } from './refresh-cookie.ts'
import { actorOf } from './require-session.ts'

const tag = 'account'
const hourMs = 3600_000
const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString()

/** Links in letters, for who forgot the password, and to show whose an email address is. */
export function linkRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history, mailer, rateLimits } = deps
  return async (app) => {
    app.post(
      '/password-resets',
      {
        schema: documented(
          tag,
          'Have a link sent to choose a new password by. The answer is the same for every address',
          {
            body: ResetRequest,
            204: Type.Null(),
          },
        ),
      },
      async (request, reply) => {
        const { email } = request.body
        await rateLimits.letter(request.ip, email)
        const token = newSecret()
        const origin = publicOrigin(deps, request)
        // Not waited for: how long it takes tells nobody whether there is an account.
        void history
          .createLink({ purpose: 'reset', email, tokenHash: hashSecret(token), expiresAt: inFuture(hourMs) })
          .then(({ user }) => {
            if (user) mailer.send(resetLetter(user.email, user.name, `${origin}/reset/${token}`))
          })
          .catch((error: Error) => request.log.warn({ reason: error.message }, 'a reset could not be begun'))
        return reply.status(204).send()
      },
    )

    app.put(
      '/password-resets',
      {
        schema: documented(tag, 'Choose a new password by the link; you are signed out everywhere', {
          body: Reset,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        const { token, password } = request.body
        await rateLimits.signIn(request.ip)
        await requireUnleaked(deps, password)
        const passwordHash = await hashPassword(password)
        await history.resetPassword({ tokenHash: hashSecret(token), passwordHash, address: request.ip })
        return reply.status(204).send()
      },
    )

    app.put(
      '/email-verifications',
      {
        schema: documented(tag, 'Show by the link that an address is yours', { body: Verification, 204: Type.Null() }),
      },
      async (request, reply) => {
        await rateLimits.signIn(request.ip)
        await history.verifyEmail({ tokenHash: hashSecret(request.body.token), address: request.ip })
        return reply.status(204).send()
      },
    )
  }
}

/** Has the letter sent again; for who is signed in. */
export function verificationRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/email-verifications',
      { schema: documented(tag, 'Have a link sent that shows that your address is yours', { 204: Type.Null() }) },
      async (request, reply) => {
        const { user } = actorOf(request)
        if (user.guest) throw new Refusal('guest.forbidden', 'Guests have no email address.')
        await deps.rateLimits.letter(request.ip, user.email)
        await sendVerification(deps, publicOrigin(deps, request), user)
        return reply.status(204).send()
      },
    )
  }
}

/** Sends the letter that asks whether an address is its user's. */
export async function sendVerification(
  { history, mailer }: Pick<Deps, 'history' | 'mailer'>,
  origin: string,
  { email, name }: { email: string; name: string },
): Promise<void> {
  const token = newSecret()
  await history.createLink({ purpose: 'verify', email, tokenHash: hashSecret(token), expiresAt: inFuture(24 * hourMs) })
  mailer.send(verificationLetter(email, name, `${origin}/verify/${token}`))
}
