import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import { SettingError } from '@parley/kit'

/** A key pair, by the name under which tokens refer to it. */
type Key = { kid: string; privateKey: KeyObject; publicKey: KeyObject; sealing: Buffer }

/** The keys of an installation: the first one signs, and all of them are believed. */
export type Keyring = [Key, ...Key[]]

const block = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g

/**
 * Reads one or more Ed25519 private keys, as PKCS #8 PEM one after the other. To change the key without anybody noticing:
 * put the new one after the old and restart, then before it, and take the old one away when its last tokens are over.
 *
 * @throws SettingError where one of them is none
 */
export function readKeyring(pem: string): Keyring {
  const [first, ...others] = (pem.match(block) ?? ['']).map(readKey)
  return [first!, ...others]
}

function readKey(pem: string): Key {
  try {
    const privateKey = createPrivateKey(pem)
    if (privateKey.asymmetricKeyType === 'ed25519') {
      const publicKey = createPublicKey(privateKey)
      const kid = createHash('sha256')
        .update(publicKey.export({ type: 'spki', format: 'der' }))
        .digest('base64url')
        .slice(0, 16)
      const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
      return {
        kid,
        privateKey,
        publicKey,
        sealing: Buffer.from(hkdfSync('sha256', secret, '', 'parley session secrets', 32)),
      }
    }
  } catch {
    // told below
  }
  throw new SettingError('SIGNING_KEY is not an Ed25519 private key in PKCS #8 PEM')
}

const sealChars = 22

/** A secret that shows that it was issued for a session: whoever does not know the key cannot make one. */
export function seal([{ sealing }]: Keyring, session: string, random: string): string {
  return random + sealOf(sealing, session, random)
}

/** Whether a secret was issued for the session, at whatever time. */
export function isSealed(keyring: Keyring, session: string, secret: string): boolean {
  const [random, given] = [secret.slice(0, -sealChars), Buffer.from(secret.slice(-sealChars))]
  return keyring.some(({ sealing }) => {
    const wanted = Buffer.from(sealOf(sealing, session, random))
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  })
}

/** 128 bits of HMAC-SHA-256. */
function sealOf(sealing: Buffer, session: string, random: string): string {
  return createHmac('sha256', sealing).update(`${session}.${random}`).digest('base64url').slice(0, sealChars)
}
