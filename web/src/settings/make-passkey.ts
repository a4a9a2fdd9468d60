import type { Api } from '@parley/client'
import { Refusal } from '@parley/protocol'
import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser'

/** Makes a passkey, on this device or a phone beside it, and adds it to the account. */
export async function makePasskey(api: Api, name: string, password: string): Promise<void> {
  const options = await api.passkeyOptions(password)
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  const response = await startRegistration({ optionsJSON }).catch((cause: unknown) => {
    throw new Refusal('auth.passkey_refused', 'No passkey was made.', { cause })
  })
  await api.addPasskey(name, response)
}
