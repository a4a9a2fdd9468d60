import { readList, SettingError, setting } from '@parley/kit'
import * as Type from 'typebox'
import type { IdentityOptions } from './service.ts'

const text = (description: string, extra: object = {}) => Type.Optional(Type.String({ description, ...extra }))

/** How people show who they are. */
export const identitySettings = {
  PUBLIC_URL: text('Where people reach this installation, like https://chat.example.org', {
    pattern: '^https?://[^/?#]+$',
  }),
  SMTP_URL: text('Sends letters, like smtps://user:password@mail.example.org', { pattern: '^smtps?://' }),
  MAIL_FROM: text('Whom letters come from, like Parley <parley@example.org>'),
  REQUIRE_VERIFIED_EMAIL: Type.Boolean({
    description: 'Whether people have to follow the link in a letter before anything else',
    default: false,
  }),
  OIDC_ISSUER: text('An OpenID Connect provider to sign in at, like https://accounts.example.org', {
    pattern: '^https?://',
  }),
  OIDC_CLIENT_ID: text('What Parley is called there; it sends people back to PUBLIC_URL/api/v1/sessions/provider'),
  OIDC_CLIENT_SECRET: text('Shows the provider that it is Parley'),
  OIDC_NAME: Type.String({ description: 'What people know the provider by', default: 'single sign-on' }),
  PRIVATE_HOSTS: setting.privateHosts(),
  LEAKED_PASSWORDS_URL: text('Refuses passwords that have leaked, like https://api.pwnedpasswords.com/range/', {
    pattern: '^https?://.*/$',
  }),
}

/** What the settings say about how people show who they are. @throws SettingError where something belongs to something else */
export function readIdentity(env: Type.Static<Type.TObject<typeof identitySettings>>): IdentityOptions {
  const { PUBLIC_URL: publicUrl, SMTP_URL: smtpUrl, OIDC_ISSUER: issuer } = env
  if ((smtpUrl || issuer) && !publicUrl)
    throw new SettingError('PUBLIC_URL is not set, and letters and providers need it')
  if (smtpUrl && !env.MAIL_FROM) throw new SettingError('MAIL_FROM is not set, and SMTP_URL is')
  if (issuer && !(env.OIDC_CLIENT_ID && env.OIDC_CLIENT_SECRET)) {
    throw new SettingError('OIDC_CLIENT_ID or OIDC_CLIENT_SECRET is not set, and OIDC_ISSUER is')
  }
  return {
    publicUrl,
    mail: { url: smtpUrl, from: env.MAIL_FROM ?? 'Parley' },
    requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL,
    leakedPasswordsUrl: env.LEAKED_PASSWORDS_URL,
    privateHosts: readList(env.PRIVATE_HOSTS),
    provider: issuer
      ? { name: env.OIDC_NAME, issuer, clientId: env.OIDC_CLIENT_ID!, clientSecret: env.OIDC_CLIENT_SECRET! }
      : undefined,
  }
}

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
  ...identitySettings,
  SECURE_COOKIES: Type.Boolean({
    description: 'Whether the page is served over HTTPS, so that the session cookie is sent over nothing else',
    default: false,
  }),
}
