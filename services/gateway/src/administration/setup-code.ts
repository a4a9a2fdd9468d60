import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keyring } from '../sessions/keyring.ts'

const codeBytes = 10

/**
 * The code that makes the first account of an installation its administrator: whoever can read the log of a gateway
 * runs the installation. It follows from the signing key, so that all replicas, and each restart, tell the same one.
 */
export function setupCodeOf([{ sealing }]: Keyring): string {
  const digest = createHmac('sha256', sealing).update('parley setup code').digest()
  return digest
    .subarray(0, codeBytes)
    .toString('hex')
    .replace(/.{5}(?=.)/g, '$&-')
}

/** Whether somebody knows the code. Blanks, dashes and case do not matter. */
export function isSetupCode(keyring: Keyring, given: string): boolean {
  const plain = (code: string) => Buffer.from(code.toLowerCase().replace(/[^0-9a-f]/g, ''))
  const [wanted, got] = [plain(setupCodeOf(keyring)), plain(given)]
  return wanted.length === got.length && timingSafeEqual(wanted, got)
}
