import { createHash } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { Refusal } from '@parley/protocol'
import type { Deps } from '../deps.ts'

// Argon2id with the OWASP Password Storage Cheat Sheet's first choice: 19 MiB, 2 passes, 1 lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// A hash of nothing in particular: checked when there is no account, so that the answer takes the same time.
const decoy = hash('no account has this password', cost)

const answerWithinMs = 2_000
const prefixChars = 5

/** The Argon2id hash of a password, in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost)
}

/** Whether the password belongs to the hash; takes as long without a hash as with one. */
export async function checkPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await decoy), password.normalize('NFKC'))
  return passwordHash !== undefined && matches
}

/**
 * Ends in a refusal for a password that is known to have leaked, where the installation has a list to ask: one that
 * answers as haveibeenpwned.com's range API does. It learns the first 20 bits of the password's SHA-1 (k-anonymity).
 * While it is away, passwords are taken: NIST SP 800-63B-4 §3.1.1.2 asks for the check, and somebody has to get in.
 *
 * @throws Refusal `auth.password_leaked`
 */
export async function requireUnleaked({ leaked, log }: Pick<Deps, 'leaked' | 'log'>, password: string): Promise<void> {
  if (!leaked) return
  const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
  const [prefix, rest] = [digest.slice(0, prefixChars), digest.slice(prefixChars)]
  const list = await leaked
    .fetch(new URL(prefix, leaked.url), {
      headers: { 'add-padding': 'true' },
      signal: AbortSignal.timeout(answerWithinMs),
    })
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error(`it answered ${response.status}`))))
    .catch((error: Error) => {
      log.warn({ reason: error.message }, 'the list of leaked passwords did not answer')
      return ''
    })
  const isLeaked = list.split(/\r?\n/).some((line) => {
    const [suffix, count] = line.split(':')
    return suffix === rest && Number(count) > 0 // padding counts 0
  })
  if (isLeaked) {
    throw new Refusal('auth.password_leaked', 'This password is known from leaks elsewhere. Choose another one.', {
      field: '/password',
    })
  }
}
