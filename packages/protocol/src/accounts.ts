import * as Type from 'typebox'
import { Name, Time, User } from './entities.ts'
import { Id } from './ids.ts'
import { limits } from './limits.ts'

const closed = { additionalProperties: false } as const

export const Email = Type.String({
  maxLength: limits.emailChars,
  pattern: '^[^\\s@\\u0000]+@[^\\s@\\u0000]+$',
  description: 'An email address; case does not matter.',
})
const Password = Type.String({ minLength: limits.passwordMinChars, maxLength: limits.passwordMaxChars })
const GivenPassword = Type.String({ maxLength: limits.passwordMaxChars })
/** A secret out of a link. */
const LinkToken = Type.String({ minLength: 1, maxLength: 100 })

export const SignUp = Type.Object(
  {
    email: Email,
    name: Name,
    password: Password,
    invite: Type.Optional(Type.String({ maxLength: 100, description: 'Where accounts are for invited people only.' })),
  },
  closed,
)
export const SignIn = Type.Object({ email: Email, password: GivenPassword }, closed)
export const Session = Type.Object({
  user: User,
  accessToken: Type.String({ description: 'Send it as `Authorization: Bearer …`.' }),
  expiresInSeconds: Type.Integer(),
})
export type Session = Type.Static<typeof Session>

/** Who may make an account: everybody, who has an invite link to a conversation, or nobody. */
export const SignUps = Type.Union([Type.Literal('open'), Type.Literal('invited'), Type.Literal('closed')])
export type SignUps = Type.Static<typeof SignUps>

/** The ways into this installation, for the page that shows them. */
export const Ways = Type.Object({
  signUps: SignUps,
  /** What the OpenID Connect provider is called, where there is one. */
  provider: Type.Union([Type.String(), Type.Null()]),
  /** Whether letters are sent. Else whoever runs the installation finds their links in its log. */
  mail: Type.Boolean(),
})
export type Ways = Type.Static<typeof Ways>

export const ProfilePatch = Type.Object({ name: Name }, closed)
export const PasswordPut = Type.Object(
  { current: Type.Optional(GivenPassword), next: Password },
  { ...closed, description: '`current` may be absent where there is no password yet.' },
)
/** The password again, before what outlasts the session; absent where there is none. */
export const Confirmation = Type.Object({ password: Type.Optional(GivenPassword) }, closed)
export const ResetRequest = Type.Object({ email: Email }, closed)
export const Reset = Type.Object({ token: LinkToken, password: Password }, closed)
export const Verification = Type.Object({ token: LinkToken }, closed)
/** What makes an account of a guest. */
export const GuestAccount = Type.Object({ email: Email, password: Password }, closed)
export const Guest = Type.Object({ name: Name }, closed)
export const GuestSession = Type.Intersect([Session, Type.Object({ conversation: Id })])
export type GuestSession = Type.Static<typeof GuestSession>

export const SessionInfo = Type.Object({
  id: Id,
  userAgent: Type.String(),
  /** Where it was last renewed from. */
  address: Type.String(),
  createdAt: Time,
  /** When it was last renewed. */
  usedAt: Time,
})
export const SessionList = Type.Object({
  sessions: Type.Array(Type.Intersect([SessionInfo, Type.Object({ current: Type.Boolean() })])),
})
export type SessionList = Type.Static<typeof SessionList>

/** What a token for scripts may do: read, or all that its user can but for the account itself. */
export const Scope = Type.Union([Type.Literal('read'), Type.Literal('write')])
export type Scope = Type.Static<typeof Scope>
const TokenName = Type.String({ minLength: 1, maxLength: limits.nameChars, pattern: '^[^\\u0000]*$' })
export const NewToken = Type.Object(
  {
    name: TokenName,
    scopes: Type.Array(Scope, { minItems: 1, maxItems: 2, uniqueItems: true }),
    expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })),
    password: Type.Optional(GivenPassword),
  },
  closed,
)
export const TokenInfo = Type.Object({
  id: Id,
  name: TokenName,
  scopes: Type.Array(Scope),
  createdAt: Time,
  expiresAt: Time,
})
export type TokenInfo = Type.Static<typeof TokenInfo>
export const TokenList = Type.Object({ tokens: Type.Array(TokenInfo) })
export const TokenMade = Type.Object({
  id: Id,
  token: Type.String({ description: 'Shown this once. Send it as `Authorization: Bearer …`.' }),
  expiresAt: Time,
})
export type TokenMade = Type.Static<typeof TokenMade>

/** What browsers and authenticators say to each other (WebAuthn, Level 3): taken as it is, and checked by its library. */
const Spoken = Type.Unsafe<Record<string, unknown>>(Type.Object({}, { additionalProperties: true, maxProperties: 20 }))
export const PasskeyOptions = Type.Object({ options: Spoken })
export type PasskeyOptions = Type.Static<typeof PasskeyOptions>
export const NewPasskey = Type.Object({ name: TokenName, response: Spoken }, closed)
export const PasskeySignIn = Type.Object({ response: Spoken }, closed)
const PasskeyId = Type.String({ minLength: 1, maxLength: 1_400, pattern: '^[A-Za-z0-9_-]+$' })
export const PasskeyAt = Type.Object({ passkey: PasskeyId })
export const PasskeyInfo = Type.Object({
  id: PasskeyId,
  name: TokenName,
  createdAt: Time,
  usedAt: Type.Union([Time, Type.Null()]),
})
export type PasskeyInfo = Type.Static<typeof PasskeyInfo>
export const PasskeyList = Type.Object({ passkeys: Type.Array(PasskeyInfo) })

/** Where the browser is to go, to sign in elsewhere. */
export const ProviderVisit = Type.Object({ url: Type.String() })

export const Ticket = Type.Object({
  ticket: Type.String({ description: 'Good for one WebSocket upgrade within 30 seconds: `/ws?ticket=…`.' }),
})
