import { isId } from '@parley/protocol'

/** So that scanners for secrets, and people, see what it is. */
const prefix = 'parley_'

/** A token's id, and its secret, of which history keeps the hash. */
export type ScriptToken = { id: string; secret: string }

/** A token as it is handed out. */
export function writeToken({ id, secret }: ScriptToken): string {
  return `${prefix}${id}.${secret}`
}

/** What a token says, or `undefined` for what is none. */
export function readToken(text: string): ScriptToken | undefined {
  if (!text.startsWith(prefix)) return undefined
  const [id, secret] = text.slice(prefix.length).split('.')
  return isId(id) && secret ? { id, secret } : undefined
}
