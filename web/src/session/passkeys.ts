import type { Api } from '@parley/client'
import { Refusal } from '@parley/protocol'
import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication } from '@simplewebauthn/browser'

/** Signs in by a passkey of this device, or of a phone beside it. */
export async function signInByPasskey(api: Api) {
  const options = await api.passkeySignInOptions()
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const response = await startAuthentication({ optionsJSON }).catch((cause: unknown) => {
    // Browsers do not say which: it was called off, it took too long, or there is none.
    throw new Refusal('auth.passkey_refused', 'No passkey was given.', { cause })
  })
  return api.signInByPasskey(response)
}
