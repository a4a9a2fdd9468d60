import { createRecorder } from '@parley/testing'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { startIdentityProvider } from '../support/identity-provider.ts'
import { startMailServer } from '../support/letters.ts'
import { type Asking, startTarget, type Target } from './target.ts'

export const publicUrl = 'http://chat.example.org'
export const password = 'correct horse battery'
export const wrong = 'wrong horse battery'

type Mail = Awaited<ReturnType<typeof startMailServer>>
type Provider = Awaited<ReturnType<typeof startIdentityProvider>>

/** A target that sends letters and has a provider of identities; after each attack it has to serve others still. */
export function withAccounts() {
  let mail: Mail
  let provider: Provider
  let target: Target
  /** The setup code, when it is told. */
  const codes = createRecorder<string>()

  beforeAll(async () => {
    mail = await startMailServer()
    provider = await startIdentityProvider((login) => ({
      email: `${login}@example.org`,
      email_verified: true,
      name: login,
    }))
    provider.setUp(`${publicUrl}/api/v1/sessions/provider`)
    const { issuer, clientId, clientSecret } = provider
    target = await startTarget({
      tellSetupCode: codes.push,
      signInsPerMinute: 10_000, // of all these attacks from one address
      identity: {
        publicUrl,
        mail: { url: mail.url, from: 'Parley <parley@example.org>' },
        requireVerifiedEmail: false,
        leakedPasswordsUrl: undefined,
        privateHosts: [],
        provider: { name: 'Example', issuer, clientId, clientSecret },
      },
    })
  })
  afterEach(() => target.stillServes())
  afterAll(async () => {
    await target.stop()
    await provider.stop()
    await mail.stop()
  })

  return {
    codes,
    api: (method: string, path: string, asking: Asking = {}) => target.ask(method, `/api/v1${path}`, asking),
    get mail() {
      return mail
    },
    get provider() {
      return provider
    },
    get target() {
      return target
    },
  }
}
