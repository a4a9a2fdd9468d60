import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The key that signs access tokens, made once and kept beside the data. */
export async function keepSigningKey(folder: string): Promise<string> {
  const path = join(folder, 'signing-key.pem')
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  await writeFile(path, pem, { mode: 0o600 })
  return pem
}
