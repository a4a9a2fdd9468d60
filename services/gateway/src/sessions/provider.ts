import { type Outbound, SettingError } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import * as oidc from 'openid-client'

export type ProviderOptions = {
  /** What people know it by. */
  name: string
  issuer: string
  clientId: string
  clientSecret: string
}

/** Who somebody is, as the provider says. */
type Identity = {
  issuer: string
  subject: string
  name: string
  email: string | undefined
  emailVerified: boolean
}

/** What has to come back with whoever was sent away. */
export type Visit = { state: string; nonce: string; verifier: string }

export type Provider = {
  name: string
  /** Where to send a browser, and what to expect when it is back. */
  begin(redirectUri: string): Promise<Visit & { url: string }>
  /** Whose return `url` is. Rejects with `auth.provider_refused` where it is not the end of `visit`. */
  finish(url: URL, visit: Visit): Promise<Identity>
}

const timeoutSeconds = 5

/**
 * Signing in at an OpenID Connect provider, by the authorization code flow with PKCE, state and nonce (RFC 9700). What
 * the provider says of itself is asked for when it is first needed: Parley starts without it.
 */
export function createProvider(options: ProviderOptions, outbound: Outbound): Provider {
  const { name, issuer, clientId, clientSecret } = options
  const fetch = outbound.fetchFor(issuer)
  const { protocol, hostname } = new URL(issuer)
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1'
  if (protocol !== 'https:' && !isLocal) throw new SettingError('OIDC_ISSUER is to be reached by https')
  let found: Promise<oidc.Configuration> | undefined

  function configuration(): Promise<oidc.Configuration> {
    found ??= oidc
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        timeout: timeoutSeconds,
        [oidc.customFetch]: fetch as oidc.CustomFetch,
        execute: protocol === 'https:' ? [] : [oidc.allowInsecureRequests],
      })
      .catch((cause: unknown) => {
        found = undefined // asked again for the next one
        throw new Refusal('unavailable', 'The provider of identities cannot be reached.', { cause })
      })
    return found
  }

  return {
    name,
    async begin(redirectUri) {
      const visit = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() }
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: visit.state,
        nonce: visit.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(visit.verifier),
        code_challenge_method: 'S256',
      })
      return { ...visit, url: url.href }
    },

    async finish(url, { state, nonce, verifier }) {
      const config = await configuration()
      try {
        const tokens = await oidc.authorizationCodeGrant(config, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const { iss, sub } = tokens.claims()!
        const isTold = config.serverMetadata().userinfo_endpoint !== undefined
        const told = isTold ? await oidc.fetchUserInfo(config, tokens.access_token, sub) : tokens.claims()!
        const email = typeof told.email === 'string' ? told.email : undefined
        const said = [told.name, told.preferred_username, email?.split('@')[0]]
        const called = said.find((each): each is string => typeof each === 'string' && each.trim() !== '') ?? 'Somebody'
        return {
          issuer: iss,
          subject: sub,
          name: called.replaceAll('\0', '').slice(0, 80),
          email,
          emailVerified: told.email_verified === true,
        }
      } catch (cause) {
        throw new Refusal('auth.provider_refused', 'Signing in there did not work. Please try again.', { cause })
      }
    },
  }
}
