import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { SettingError } from '@parley/kit'
import { isId, Refusal, type TicketHolder } from '@parley/protocol'
import { jwtVerify, SignJWT } from 'jose'

const algorithm = 'EdDSA'
const issuer = 'parley'
const audience = 'parley-api'
export const accessTokenSeconds = 300

export type AccessTokens = {
  issue(holder: TicketHolder): Promise<string>
  /** Whose token it is. Rejects with `auth.required` for any that this installation did not issue, or that is over. */
  verify(token: string): Promise<TicketHolder>
}

/**
 * Short-lived proofs of a session, as JWTs (RFC 7519) signed with EdDSA.
 *
 * @param pem Ed25519 private key as PKCS #8 PEM
 * @throws SettingError where it is none
 */
export function createAccessTokens(pem: string): AccessTokens {
  const privateKey = readKey(pem)
  const publicKey = createPublicKey(privateKey)
  return {
    issue: ({ user, session }) =>
      new SignJWT({ sid: session })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setSubject(user)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${accessTokenSeconds}s`)
        .sign(privateKey),
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, publicKey, { algorithms: [algorithm], issuer, audience })
        if (isId(payload.sub) && isId(payload.sid)) return { user: payload.sub, session: payload.sid }
      } catch {
        // told below, without the reason
      }
      throw new Refusal('auth.required', 'Sign in first: the access token is missing, not valid, or over.')
    },
  }
}

function readKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // told below
  }
  throw new SettingError('SIGNING_KEY is not an Ed25519 private key in PKCS #8 PEM')
}
