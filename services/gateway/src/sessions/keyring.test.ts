import { generateKeyPairSync } from 'node:crypto'
import { newId } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { createAccessTokens } from './access-token.ts'
import { isSealed, readKeyring, seal } from './keyring.ts'

const newPem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const holder = { user: newId(), session: newId() }
const refused = { code: 'auth.required' }

describe('the keys of an installation', () => {
  it('are changed without a token that is good becoming none', async () => {
    const [old, next] = [newPem(), newPem()]
    const before = createAccessTokens(readKeyring(old))
    const knowingBoth = createAccessTokens(readKeyring(old + next))
    const after = createAccessTokens(readKeyring(next + old))
    const last = createAccessTokens(readKeyring(next))
    // While replicas are restarted one after the other, each takes what the one before or after it has signed.
    for (const [issuer, verifier] of [
      [before, knowingBoth],
      [knowingBoth, before],
      [knowingBoth, after],
      [after, knowingBoth],
      [after, last],
    ] as const) {
      expect(await verifier.verify(await issuer.issue(holder))).toEqual(holder)
    }
    await expect(last.verify(await before.issue(holder))).rejects.toMatchObject(refused)
    await expect(before.verify(await last.issue(holder))).rejects.toMatchObject(refused)
  })

  it('are Ed25519 keys, or the gateway does not start', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
    for (const pem of ['', 'no key', rsa as string, newPem() + (rsa as string)]) {
      expect(() => readKeyring(pem)).toThrow('SIGNING_KEY')
    }
  })

  it('show which secrets were issued for a session', () => {
    const [old, next] = [newPem(), newPem()]
    const secret = seal(readKeyring(old), holder.session, 'A'.repeat(43))
    expect(isSealed(readKeyring(old), holder.session, secret)).toBe(true)
    expect(isSealed(readKeyring(next + old), holder.session, secret)).toBe(true)
    expect(isSealed(readKeyring(next), holder.session, secret)).toBe(false)
    expect(isSealed(readKeyring(old), newId(), secret)).toBe(false)
    for (const forged of ['', 'a', secret.slice(1), `${secret}a`, `B${secret.slice(1)}`, 'A'.repeat(65)]) {
      expect(isSealed(readKeyring(old), holder.session, forged)).toBe(false)
    }
  })
})
