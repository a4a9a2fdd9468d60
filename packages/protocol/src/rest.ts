import * as Type from 'typebox'
import {
  AssistantMode,
  AssistantSettings,
  Change,
  Content,
  Conversation,
  ConversationSummary,
  Emoji,
  Member,
  Message,
  Model,
  Name,
  Place,
  Role,
  Seq,
  Time,
  Title,
} from './entities.ts'
import { Id } from './ids.ts'
import { limits } from './limits.ts'
import { Part } from './parts.ts'

const closed = { additionalProperties: false } as const

export const NewConversation = Type.Object(
  { id: Type.Optional(Id), title: Type.Optional(Title), assistant: Type.Optional(AssistantMode) },
  closed,
)
export const ConversationPatch = Type.Object({ title: Title }, closed)
export const PlacePut = Type.Object({ place: Place }, closed)
export const Models = Type.Object({
  /** Those that a reply may be asked of; the first answers where none is chosen. */
  models: Type.Array(Type.String()),
})
const Spent = {
  requests: Type.Integer(),
  inputTokens: Type.Integer(),
  outputTokens: Type.Integer(),
  cachedTokens: Type.Integer(),
}
const QuotaLimit = Type.Union([Type.Integer(), Type.Null()])
export const UsageReport = Type.Object({
  /** The days on which something was asked, newest first. A day is one of UTC. */
  days: Type.Array(Type.Object({ day: Type.String(), ...Spent })),
  /** What one may use; null where there is no limit. */
  quota: Type.Object({ requestsPerDay: QuotaLimit, tokensPerDay: QuotaLimit, openReplies: QuotaLimit }),
  resetsAt: Time,
})
export type UsageReport = Type.Static<typeof UsageReport>
export const Regenerate = Type.Object({ id: Id, model: Type.Optional(Model) }, closed)
export const ConversationList = Type.Object({
  conversations: Type.Array(ConversationSummary),
  next: Type.Optional(Type.String({ description: 'Pass as `before` for the next page.' })),
})
export type ConversationList = Type.Static<typeof ConversationList>
export const ConversationDetail = Type.Object({ conversation: Conversation, head: Seq, members: Type.Array(Member) })
export type ConversationDetail = Type.Static<typeof ConversationDetail>

export const NewMessage = Type.Object({ id: Id, content: Content, instead: Type.Optional(Id) }, closed)
export const MessagePatch = Type.Object({ content: Content }, closed)
export const Sent = Type.Object({ id: Id, seq: Seq })
export const Seqed = Type.Object({ seq: Seq })
export const ReactionPut = Type.Object({ emoji: Emoji, on: Type.Boolean() }, closed)
export const ReadPut = Type.Object({ seq: Seq }, closed)
export const MessagePage = Type.Object({
  messages: Type.Array(Message),
  /** The state is that after this change; open the socket from here. */
  head: Seq,
  /** Whether there are older (`before`) or newer (`after`) ones beyond this page. */
  more: Type.Boolean(),
})
export type MessagePage = Type.Static<typeof MessagePage>
export const ChangeList = Type.Object({
  changes: Type.Array(Change),
  head: Seq,
  tip: Type.Union([Id, Type.Null()]),
})

export const SearchText = Type.String({
  minLength: 1,
  maxLength: limits.searchChars,
  pattern: '^[^\\u0000]*$',
  description: 'Words that all are in the message; "some words" in this order; or; -not. The last may be only begun.',
})
/** What a search has found, the newest first. */
export const Found = Type.Object({
  /** By their titles; on the first page only. */
  conversations: Type.Array(Type.Object({ id: Id, title: Title })),
  messages: Type.Array(
    Type.Object({
      conversation: Id,
      title: Title,
      message: Id,
      seq: Seq,
      role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
      author: Type.Union([Name, Type.Null()]),
      createdAt: Time,
      /** A piece of the text, in parts; those that were looked for are hits. */
      excerpt: Type.Array(Type.Object({ text: Type.String(), hit: Type.Optional(Type.Literal(true)) })),
    }),
  ),
  next: Type.Optional(Type.String({ description: 'Pass as `before` for the next page.' })),
})
export type Found = Type.Static<typeof Found>

/** What one's new conversations begin with; null: the usual assistant. */
export const OwnAssistant = Type.Object({ assistant: Type.Union([AssistantSettings, Type.Null()]) }, closed)
export const NewInvite = Type.Object(
  {
    role: Type.Union([Type.Literal('member'), Type.Literal('viewer')]),
    expiresInHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 90 })),
    /** How many people may join by it; without, as many as there is room for. */
    maxUses: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    /** Whether people may come by it who have no account. */
    guests: Type.Optional(Type.Boolean()),
  },
  closed,
)
export const Invite = Type.Object({ token: Type.String(), expiresAt: Time })
export type Invite = Type.Static<typeof Invite>
/** An invite link that works, without what opens it. */
export const InviteEntry = Type.Object({
  id: Id,
  by: Name,
  role: Type.Union([Type.Literal('member'), Type.Literal('viewer')]),
  expiresAt: Time,
  /** How many have joined by it. */
  uses: Type.Integer({ minimum: 0 }),
  maxUses: Type.Optional(Type.Integer({ minimum: 1 })),
  guests: Type.Boolean(),
})
export const InviteList = Type.Object({ invites: Type.Array(InviteEntry) })
export type InviteList = Type.Static<typeof InviteList>
export const Joined = Type.Object({ conversation: Id })
export const RolePatch = Type.Object({ role: Role }, closed)

export const NewShare = Type.Object({ message: Type.Optional(Id) }, closed)
export const Share = Type.Object({ id: Id, by: Name, createdAt: Time })
export const ShareMade = Type.Object({ id: Id, token: Type.String() })
export const ShareList = Type.Object({ shares: Type.Array(Share) })
export type ShareList = Type.Static<typeof ShareList>
/** A message as everybody sees it who has the link. */
export const SharedMessage = Type.Object({
  id: Id,
  role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
  /** Who wrote it, by name. */
  author: Type.Union([Name, Type.Null()]),
  content: Type.String(),
  parts: Type.Optional(Type.Array(Part)),
  model: Type.Optional(Type.String()),
  createdAt: Time,
  deletedAt: Type.Union([Time, Type.Null()]),
})
export type SharedMessage = Type.Static<typeof SharedMessage>
export const SharedPage = Type.Object({
  title: Title,
  sharedAt: Time,
  messages: Type.Array(SharedMessage),
  /** Pass as `before` for what was said before. */
  next: Type.Optional(Id),
})
export type SharedPage = Type.Static<typeof SharedPage>

export const ImportedMessage = Type.Object(
  {
    id: Id,
    role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
    content: Type.String({ minLength: 1, maxLength: limits.importChars, pattern: '^[^\\u0000]*$' }),
    createdAt: Time,
    model: Type.Optional(Model),
  },
  closed,
)
export type ImportedMessage = Type.Static<typeof ImportedMessage>
export const Import = Type.Object(
  { messages: Type.Array(ImportedMessage, { minItems: 1, maxItems: limits.importMessages }) },
  closed,
)

export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  field: Type.Optional(Type.String()),
  retryAfterMs: Type.Optional(Type.Number()),
})
