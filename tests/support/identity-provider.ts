import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

type Claims = { email: string; email_verified: boolean; name: string }

/**
 * A provider of identities (OpenID Connect) that lets in whoever gives a name, and knows of them what `claims` says. It
 * is set up once it is known where Parley is.
 */
export async function startIdentityProvider(claims: (login: string) => Claims) {
  let provider: Provider | undefined
  const server = createServer((request, response) => {
    if (provider) void provider.callback()(request, response)
    else response.writeHead(503).end()
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const client = { clientId: 'parley', clientSecret: 'a secret between Parley and its provider' }
  return {
    issuer,
    ...client,
    /** @param redirectUri where it may send people back to */
    setUp(redirectUri: string): void {
      provider = new Provider(issuer, {
        clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [redirectUri] }],
        pkce: { required: () => true },
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims(id) }) }),
        cookies: { keys: ['of a test'] },
      })
      provider.on('server_error', (_context, error) => console.error(error))
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
