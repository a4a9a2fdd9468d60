import {
  AssistantSettings,
  Email,
  Id,
  limits,
  Name,
  PasskeyInfo,
  Scope,
  SessionInfo,
  SignUps,
  Time,
  TokenInfo,
  User,
} from '@parley/protocol'
import * as Type from 'typebox'
import { Address, call, Nothing } from './call.ts'

/** Sockets that are asked for together. */
export const maxConnecting = 200

const Hash = Type.String({ minLength: 1, maxLength: 400 })
const OwnAssistant = Type.Union([AssistantSettings, Type.Null()])
const Purpose = Type.Union([Type.Literal('verify'), Type.Literal('reset')])
const Passkey = Type.Object({
  id: Type.String(),
  user: Id,
  publicKey: Type.String(),
  counter: Type.Integer(),
  transports: Type.Array(Type.String()),
})
const By = { actor: Id, address: Address }
const NewSession = {
  id: Id,
  user: Id,
  secretHash: Type.String(),
  userAgent: Type.String({ maxLength: 400 }),
  address: Address,
  /** How somebody signed in, for the audit log. */
  way: Type.Optional(
    Type.Union([
      Type.Literal('password'),
      Type.Literal('passkey'),
      Type.Literal('provider'),
      Type.Literal('guest'),
      Type.Literal('sign-up'),
    ]),
  ),
  expiresAt: Time,
}

/** People, the ways in which they sign in, and their sessions. */
export const accountCalls = {
  /** Who may make an account is told by `signUps`; where only invited people may, they show a link's hash. */
  createUser: call(
    { id: Id, email: Email, name: Name, passwordHash: Hash, inviteHash: Type.Optional(Hash), address: Address },
    User,
  ),
  readSignUps: call({}, Type.Object({ signUps: SignUps, hasAdministrator: Type.Boolean() })),
  findCredentials: call(
    { email: Email },
    Type.Object({ user: Type.Optional(User), passwordHash: Type.Optional(Type.String()) }),
  ),
  /** Writes a sign-in down that failed. */
  noteFailedSignIn: call({ email: Email, address: Address }, Nothing),
  /** Refused for who is suspended. */
  startSession: call(NewSession, Nothing),
  /**
   * Exchanges the session's secret for the next. A secret that was issued for it, and used before, ends the session;
   * one that never was is only refused.
   */
  rotateSession: call(
    {
      session: Id,
      secretHash: Type.String(),
      isIssued: Type.Optional(Type.Boolean()), // a gateway of the release before cannot tell
      nextSecretHash: Type.String(),
      expiresAt: Time,
      address: Address,
    },
    Type.Object({ user: User, rotated: Type.Boolean() }),
  ),
  checkSession: call({ session: Id }, Type.Object({ user: User })),
  endSession: call({ session: Id }, Nothing),
  endAllSessions: call({ actor: Id }, Nothing),
  listSessions: call({ actor: Id }, Type.Object({ sessions: Type.Array(SessionInfo) })),
  endOwnSession: call({ actor: Id, session: Id }, Nothing),
  /** What a chat node needs of the users who connect, in their order; nothing of one whose session is over. */
  connectUsers: call(
    { sockets: Type.Array(Type.Object({ user: Id, session: Id }), { maxItems: maxConnecting }) },
    Type.Object({
      welcomes: Type.Array(Type.Union([Type.Object({ largeConversations: Type.Array(Id) }), Type.Null()])),
    }),
  ),

  /** The assistant that the actor's new conversations begin with; null: the usual one. */
  readOwnAssistant: call({ actor: Id }, Type.Object({ assistant: OwnAssistant })),
  setOwnAssistant: call({ actor: Id, assistant: OwnAssistant }, Nothing),
  renameUser: call({ actor: Id, name: Name }, User),
  /** Ends all other sessions. */
  changePassword: call({ ...By, session: Id, passwordHash: Hash }, Nothing),
  deleteUser: call(By, Nothing),
  /** All that is kept about somebody, but for the messages, which come page by page. */
  exportUser: call({ actor: Id }, Type.Object({ kept: Type.Record(Type.String(), Type.Unknown()) })),
  exportMessages: call(
    { actor: Id, after: Type.Optional(Id) },
    Type.Object({
      messages: Type.Array(Type.Record(Type.String(), Type.Unknown())),
      next: Type.Optional(Id),
    }),
  ),

  // letters
  /** Makes a link that is good once, for the user or whoever has the address. Answers nothing where there is nobody. */
  createLink: call(
    { purpose: Purpose, email: Email, tokenHash: Hash, expiresAt: Time },
    Type.Object({ user: Type.Optional(User) }),
  ),
  /** The address is its user's from now on. */
  verifyEmail: call({ tokenHash: Hash, address: Address }, Nothing),
  /** Ends all sessions, too. */
  resetPassword: call({ tokenHash: Hash, passwordHash: Hash, address: Address }, Nothing),

  // passkeys
  addPasskey: call(
    {
      ...By,
      id: Type.String({ maxLength: 1_400 }),
      publicKey: Type.String({ maxLength: 4_000 }),
      counter: Type.Integer({ minimum: 0 }),
      transports: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 }),
      name: Name,
    },
    Nothing,
  ),
  listPasskeys: call({ actor: Id }, Type.Object({ passkeys: Type.Array(PasskeyInfo) })),
  removePasskey: call({ ...By, passkey: Type.String({ maxLength: 1_400 }) }, Nothing),
  findPasskey: call({ passkey: Type.String({ maxLength: 1_400 }) }, Type.Object({ passkey: Type.Optional(Passkey) })),
  /** Refused where the counter does not rise, as that of a copied authenticator: WebAuthn Level 3, §6.1.1. */
  usePasskey: call({ passkey: Type.String({ maxLength: 1_400 }), counter: Type.Integer({ minimum: 0 }) }, User),

  // a provider of identities
  /** Finds, or makes, whose identity it is; `actor` adds it to an account that is there. */
  useIdentity: call(
    {
      issuer: Type.String({ maxLength: 400 }),
      subject: Type.String({ maxLength: 400 }),
      name: Name,
      email: Type.Optional(Email),
      emailVerified: Type.Boolean(),
      newId: Id,
      actor: Type.Optional(Id),
      address: Address,
    },
    User,
  ),

  // guests
  createGuest: call(
    { id: Id, name: Name, tokenHash: Hash, address: Address },
    Type.Object({ user: User, conversation: Id }),
  ),
  makeAccount: call({ ...By, email: Email, passwordHash: Hash }, User),

  // tokens for scripts
  createToken: call(
    {
      ...By,
      id: Id,
      secretHash: Hash,
      name: Name,
      scopes: Type.Array(Scope, { minItems: 1, maxItems: 2 }),
      expiresAt: Time,
    },
    Nothing,
  ),
  listTokens: call({ actor: Id }, Type.Object({ tokens: Type.Array(TokenInfo) })),
  endToken: call({ ...By, token: Id }, Nothing),
  checkToken: call({ token: Id, secretHash: Hash }, Type.Object({ user: User, scopes: Type.Array(Scope) })),

  // who does not want to hear of whom
  block: call({ actor: Id, user: Id, on: Type.Boolean() }, Nothing),
  listBlocked: call(
    { actor: Id },
    Type.Object({ blocked: Type.Array(Type.Object({ user: Id, name: Name }), { maxItems: limits.blocked }) }),
  ),
}
