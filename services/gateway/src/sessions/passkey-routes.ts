import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  Confirmation,
  NewPasskey,
  PasskeyAt,
  PasskeyList,
  PasskeyOptions,
  PasskeySignIn,
  Refusal,
  Session,
} from '@parley/protocol'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { beginSession } from './begin.ts'
import { keepChallenge, relyingParty, takeChallenge } from './passkeys.ts'
import { requirePassword } from './require-password.ts'
import { actorOf } from './require-session.ts'

const tag = 'passkeys'
const anybody = 'anybody'

/** Signing in by a passkey: nobody has to say who they are first. */
export function passkeySignInRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history, rateLimits } = deps
  return async (app) => {
    app.post(
      '/sessions/passkey/options',
      { schema: documented(tag, 'What the browser is to ask a passkey, to sign in', { 200: PasskeyOptions }) },
      async (request) => {
        await rateLimits.signIn(request.ip)
        const options = await generateAuthenticationOptions({
          rpID: relyingParty(deps, request).id,
          userVerification: 'required',
        })
        await keepChallenge(deps, options.challenge, anybody)
        return { options: { ...options } }
      },
    )

    app.post(
      '/sessions/passkey',
      { schema: documented(tag, 'Sign in by a passkey', { body: PasskeySignIn, 201: Session }) },
      async (request, reply) => {
        await rateLimits.signIn(request.ip)
        const response = request.body.response as unknown as AuthenticationResponseJSON
        const { passkey } = await history.findPasskey({ passkey: idOf(response) })
        if (!passkey) throw refused()
        const credential: WebAuthnCredential = {
          id: passkey.id,
          publicKey: Buffer.from(passkey.publicKey, 'base64url'),
          counter: 0, // history compares, so that of two who come at once with the same one is let in
        }
        const { origin, id } = relyingParty(deps, request)
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response,
          credential,
          expectedChallenge: (challenge) => takeChallenge(deps, challenge, anybody),
          expectedOrigin: origin,
          expectedRPID: id,
          requireUserVerification: true,
        }).catch(() => {
          throw refused()
        })
        if (!verified) throw refused()
        const user = await history.usePasskey({ passkey: passkey.id, counter: authenticationInfo.newCounter })
        reply.status(201)
        return beginSession(deps, { user, way: 'passkey' }, request, reply)
      },
    )
  }
}

/** One's own passkeys. */
export function passkeyRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history } = deps
  return async (app) => {
    app.get('/passkeys', { schema: documented(tag, 'Your passkeys', { 200: PasskeyList }) }, async (request) =>
      history.listPasskeys({ actor: actorOf(request).user.id }),
    )

    app.post(
      '/passkeys/options',
      {
        schema: documented(tag, 'What the browser is to ask for, to make a passkey', {
          body: Confirmation,
          200: PasskeyOptions,
        }),
      },
      async (request) => {
        const { user } = actorOf(request)
        if (user.guest) throw new Refusal('guest.forbidden', 'Guests have no passkeys. Make an account first.')
        await requirePassword(deps, request, request.body.password)
        const { passkeys } = await history.listPasskeys({ actor: user.id })
        const { id, name } = relyingParty(deps, request)
        const options = await generateRegistrationOptions({
          rpID: id,
          rpName: name,
          userID: new Uint8Array(Buffer.from(user.id)),
          userName: user.email,
          userDisplayName: user.name,
          attestationType: 'none',
          excludeCredentials: passkeys.map((passkey) => ({ id: passkey.id })),
          authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        })
        await keepChallenge(deps, options.challenge, user.id)
        return { options: { ...options } }
      },
    )

    app.post(
      '/passkeys',
      { schema: documented(tag, 'Add a passkey', { body: NewPasskey, 204: Type.Null() }) },
      async (request, reply) => {
        const { user } = actorOf(request)
        const { origin, id: rpID } = relyingParty(deps, request)
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: request.body.response as unknown as RegistrationResponseJSON,
          expectedChallenge: (challenge) => takeChallenge(deps, challenge, user.id),
          expectedOrigin: origin,
          expectedRPID: rpID,
          requireUserVerification: true,
        }).catch(() => {
          throw refused()
        })
        if (!verified) throw refused()
        const { id, publicKey, counter, transports = [] } = registrationInfo.credential
        await history.addPasskey({
          actor: user.id,
          address: request.ip,
          id,
          publicKey: Buffer.from(publicKey).toString('base64url'),
          counter,
          transports,
          name: request.body.name,
        })
        return reply.status(204).send()
      },
    )

    app.delete(
      '/passkeys/:passkey',
      { schema: documented(tag, 'Remove a passkey', { params: PasskeyAt, 204: Type.Null() }) },
      async (request, reply) => {
        await history.removePasskey({ actor: actorOf(request).user.id, address: request.ip, ...request.params })
        return reply.status(204).send()
      },
    )
  }
}

function idOf({ id }: { id?: unknown }): string {
  if (typeof id !== 'string' || id.length > 1_400) throw refused()
  return id
}

function refused(): Refusal {
  return new Refusal('auth.passkey_refused', 'This passkey was not accepted.')
}
