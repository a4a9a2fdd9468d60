import * as Type from 'typebox'
import { SignUps } from './accounts.ts'
import { Content, Model, Name, Time, Title } from './entities.ts'
import { Id } from './ids.ts'
import { limits } from './limits.ts'

const closed = { additionalProperties: false } as const
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*$' })
const Next = Type.Optional(Type.String({ description: 'Pass as `before` for the next page.' }))

export const SetupCode = Type.Object({ code: text(64) }, closed)

/** An account as those see it who administer the installation. */
export const Account = Type.Object({
  id: Id,
  name: Name,
  email: Type.String(),
  verified: Type.Boolean(),
  guest: Type.Boolean(),
  admin: Type.Boolean(),
  suspended: Type.Boolean(),
  createdAt: Time,
  /** What holds for this account instead of the installation's; null: nothing else. */
  requestsPerDay: Type.Union([Type.Integer(), Type.Null()]),
  tokensPerDay: Type.Union([Type.Integer(), Type.Null()]),
})
export type Account = Type.Static<typeof Account>
export const AccountList = Type.Object({ accounts: Type.Array(Account), next: Next })
export type AccountList = Type.Static<typeof AccountList>
const Most = Type.Union([Type.Integer({ minimum: 0, maximum: 2_000_000_000 }), Type.Null()])
export const AccountPatch = Type.Object(
  {
    admin: Type.Optional(Type.Boolean()),
    suspended: Type.Optional(Type.Boolean()),
    requestsPerDay: Type.Optional(Most),
    tokensPerDay: Type.Optional(Most),
  },
  { ...closed, minProperties: 1 },
)
export type AccountPatch = Type.Static<typeof AccountPatch>

/** What holds for all of the installation. */
export const Installation = Type.Object(
  {
    signUps: SignUps,
    /** Which of its models people may have replies of; null: all. */
    models: Type.Union([Type.Array(Model, { maxItems: 100 }), Type.Null()]),
  },
  closed,
)
export type Installation = Type.Static<typeof Installation>

export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Time,
  /** Who did it; null: somebody who is not known, or Parley itself. */
  actor: Type.Union([Id, Type.Null()]),
  name: Type.Union([Type.String(), Type.Null()]),
  action: Type.String(),
  target: Type.Union([Type.String(), Type.Null()]),
  address: Type.Union([Type.String(), Type.Null()]),
  detail: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
})
export type AuditEntry = Type.Static<typeof AuditEntry>
export const AuditPage = Type.Object({ entries: Type.Array(AuditEntry), next: Type.Optional(Type.Integer()) })
export type AuditPage = Type.Static<typeof AuditPage>

export const NewReport = Type.Object({ reason: text(limits.reasonChars) }, closed)
export const Report = Type.Object({
  id: Id,
  conversation: Id,
  title: Title,
  message: Id,
  author: Type.Union([Name, Type.Null()]),
  authorId: Type.Union([Id, Type.Null()]),
  content: Type.String(),
  reason: Type.String(),
  by: Name,
  createdAt: Time,
})
export type Report = Type.Static<typeof Report>
export const ReportList = Type.Object({ reports: Type.Array(Report) })
export type ReportList = Type.Static<typeof ReportList>
export const ReportEnd = Type.Object({ remove: Type.Boolean() }, closed)

/** A message that was held back, for somebody to look at. */
export const HeldMessage = Type.Object({
  id: Id,
  conversation: Id,
  title: Title,
  author: Name,
  content: Content,
  reason: Type.String(),
  createdAt: Time,
})
export type HeldMessage = Type.Static<typeof HeldMessage>
export const HeldList = Type.Object({ messages: Type.Array(HeldMessage) })
export const HeldEnd = Type.Object({ send: Type.Boolean() }, closed)

export const BlockList = Type.Object({ blocked: Type.Array(Type.Object({ user: Id, name: Name })) })
export type BlockList = Type.Static<typeof BlockList>
