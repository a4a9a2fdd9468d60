import type { KeyObject } from 'node:crypto'
import { isId, Refusal, type TicketHolder } from '@parley/protocol'
import { jwtVerify, SignJWT } from 'jose'
import type { Keyring } from './keyring.ts'

const algorithm = 'EdDSA'
const issuer = 'parley'
const audience = 'parley-api'
export const accessTokenSeconds = 300

export type AccessTokens = {
  issue(holder: TicketHolder): Promise<string>
  /** Whose token it is. Rejects with `auth.required` for any that this installation did not issue, or that is over. */
  verify(token: string): Promise<TicketHolder>
}

/** Short-lived proofs of a session, as JWTs (RFC 7519) signed with EdDSA by the key that each names. */
export function createAccessTokens(keyring: Keyring): AccessTokens {
  const [signing] = keyring
  const keys = new Map(keyring.map((key) => [key.kid, key.publicKey]))

  /** None but the installation's own, and of those the one that is named. */
  function keyOf({ kid }: { kid?: string }): KeyObject {
    const key = keys.get(kid ?? '')
    if (!key) throw new Error('there is no such key')
    return key
  }

  return {
    issue: ({ user, session }) =>
      new SignJWT({ sid: session })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: signing.kid })
        .setSubject(user)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${accessTokenSeconds}s`)
        .sign(signing.privateKey),
    async verify(token) {
      try {
        const accepted = { algorithms: [algorithm], issuer, audience }
        const { payload } = await jwtVerify(token, keyOf, accepted)
        if (isId(payload.sub) && isId(payload.sid)) return { user: payload.sub, session: payload.sid }
      } catch {
        // told below, without the reason
      }
      throw new Refusal('auth.required', 'Sign in first: the access token is missing, not valid, or over.')
    },
  }
}
