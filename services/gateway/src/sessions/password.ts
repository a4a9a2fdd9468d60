import { hash, verify } from '@node-rs/argon2'

// Argon2id with the OWASP Password Storage Cheat Sheet's first choice: 19 MiB, 2 passes, 1 lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// A hash of nothing in particular: checked when there is no account, so that the answer takes the same time.
const decoy = hash('no account has this password', cost)

/** The Argon2id hash of a password, in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost)
}

/** Whether the password belongs to the hash; takes as long without a hash as with one. */
export async function checkPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await decoy), password.normalize('NFKC'))
  return passwordHash !== undefined && matches
}
