import { setting } from '@parley/kit'
import * as Type from 'typebox'

/** The gateway's settings, by the name of their environment variable. */
export const settings = {
  HOST: setting.host(),
  PORT: setting.port(7001),
  HISTORY_URL: setting.historyUrl(),
  REDIS_URL: setting.redisUrl(),
  INTERNAL_TOKEN: setting.internalToken(),
  SIGNING_KEY: setting.text(
    'Ed25519 private key that signs access tokens, as PKCS #8 PEM; a second one after it is believed, too',
  ),
  SIGN_UPS_PER_HOUR: setting.integer('Accounts that one address may make in an hour', 200),
  SIGN_INS_PER_MINUTE: setting.integer('Sign-ins that one address may try in a minute', 60),
  REQUESTS_PER_MINUTE: setting.integer('Requests that one user may make in a minute', 1_200),
  TICKETS_PER_MINUTE: setting.integer('Sockets that one user may ask to open in a minute', 300),
  SEARCHES_PER_MINUTE: setting.integer('Searches that one user may make in a minute', 300),
  SECURE_COOKIES: Type.Boolean({
    description: 'Whether the page is served over HTTPS, so that the session cookie is sent over nothing else',
    default: false,
  }),
}
