import * as Type from 'typebox'
import { Id } from './ids.ts'
import { limits } from './limits.ts'
import { Part } from './parts.ts'

const closed = { additionalProperties: false } as const

/** Text that Postgres can hold: anything but NUL. */
function text(minLength: number, maxLength: number) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\u0000]*$' })
}

export const Content = text(1, limits.contentChars)
export const Title = text(1, limits.titleChars)
export const Name = text(1, limits.nameChars)
export const Model = text(1, limits.modelChars)
export const Emoji = text(1, limits.emojiChars)
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Time = Type.String({ format: 'date-time' })

/** Oneself. */
export const User = Type.Object(
  {
    id: Id,
    name: Name,
    /** Empty of a guest. */
    email: Type.String(),
    /** Whether the address was shown to be theirs. */
    verified: Type.Boolean(),
    /** Came by an invite link, and has no account. */
    guest: Type.Optional(Type.Literal(true)),
    /** Administers the installation. */
    admin: Type.Optional(Type.Literal(true)),
  },
  closed,
)
export type User = Type.Static<typeof User>

export const Role = Type.Union([Type.Literal('owner'), Type.Literal('member'), Type.Literal('viewer')])
export type Role = Type.Static<typeof Role>

export const Usage = Type.Object(
  {
    inputTokens: Type.Integer(),
    outputTokens: Type.Integer(),
    /** Those of the input that the provider had kept from before, where it tells. */
    cachedTokens: Type.Optional(Type.Integer()),
  },
  closed,
)
export type Usage = Type.Static<typeof Usage>

/** Where an assistant's reply stands. */
export const Reply = Type.Union([
  Type.Object({ status: Type.Literal('queued') }, closed),
  Type.Object({ status: Type.Literal('streaming'), attempt: Type.Integer() }, closed),
  Type.Object(
    {
      status: Type.Literal('complete'),
      usage: Type.Optional(Usage),
      /** It reached the model's length limit, and may go on. */
      cut: Type.Optional(Type.Literal(true)),
    },
    closed,
  ),
  Type.Object({ status: Type.Literal('stopped'), by: Id }, closed),
  Type.Object(
    {
      status: Type.Literal('failed'),
      code: Type.String(),
      reason: Type.String(),
      /** When a quota that was used up starts again. */
      resetsAt: Type.Optional(Time),
    },
    closed,
  ),
])
export type Reply = Type.Static<typeof Reply>

export const Reaction = Type.Object({ emoji: Type.String(), users: Type.Array(Id) }, closed)

export const Message = Type.Object(
  {
    id: Id,
    /** Its place in the conversation; never changes. */
    seq: Seq,
    author: Type.Union([Id, Type.Null()]),
    role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
    /** The message that it follows; a reply's is its prompt. Those that follow the same one are versions. */
    parent: Type.Union([Id, Type.Null()]),
    content: Type.String(),
    /** Another version of it is shown. */
    aside: Type.Optional(Type.Literal(true)),
    createdAt: Time,
    editedAt: Type.Union([Time, Type.Null()]),
    deletedAt: Type.Union([Time, Type.Null()]),
    reactions: Type.Array(Reaction),
    /** Only on the assistant's messages. */
    reply: Type.Optional(Reply),
    /** Which of the conversation's assistants speaks. */
    assistant: Type.Optional(Id),
    model: Type.Optional(Type.String()),
    /** All that the reply consists of, where that is more than text. `content` has the text alone. */
    parts: Type.Optional(Type.Array(Part)),
    /** How many earlier messages did not fit into what the model reads, and whether it read a summary of them. */
    leftOut: Type.Optional(Type.Object({ messages: Type.Integer(), summarised: Type.Boolean() }, closed)),
  },
  closed,
)
export type Message = Type.Static<typeof Message>

export const Member = Type.Object(
  { user: Id, name: Type.String(), role: Role, left: Type.Boolean(), lastReadSeq: Seq },
  closed,
)
export type Member = Type.Static<typeof Member>

/** When an assistant answers: to all, only when mentioned, never, or `auto`: to all while one person is alone with it. */
export const AssistantMode = Type.Union([
  Type.Literal('auto'),
  Type.Literal('always'),
  Type.Literal('mention'),
  Type.Literal('off'),
])
export type AssistantMode = Type.Static<typeof AssistantMode>

/** What an assistant is mentioned by, after an `@`. */
export const Handle = Type.String({
  minLength: 1,
  maxLength: limits.handleChars,
  pattern: '^[\\p{Ll}\\p{Lo}\\p{N}_]+$',
})

/** How an assistant of a conversation is set up. */
export const AssistantSettings = Type.Object(
  {
    handle: Handle,
    name: Name,
    mode: AssistantMode,
    /** Absent: the model that this installation answers with. */
    model: Type.Optional(Model),
    instructions: text(0, limits.instructionsChars),
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
  },
  closed,
)
export type AssistantSettings = Type.Static<typeof AssistantSettings>

/** An assistant that belongs, or belonged, to a conversation. */
export const Assistant = Type.Object(
  { id: Id, ...AssistantSettings.properties, left: Type.Optional(Type.Literal(true)) },
  closed,
)
export type Assistant = Type.Static<typeof Assistant>

export const Conversation = Type.Object(
  {
    id: Id,
    title: Type.String(),
    assistants: Type.Array(Assistant),
    memberCount: Type.Integer(),
    /** The end of the branch that is shown, as of this change. A message that is sent later becomes it. */
    tip: Type.Union([Id, Type.Null()]),
  },
  closed,
)
export type Conversation = Type.Static<typeof Conversation>

/** Where a member keeps a conversation: in the list, above it, or out of it. */
export const Place = Type.Union([Type.Literal('list'), Type.Literal('pinned'), Type.Literal('archive')])
export type Place = Type.Static<typeof Place>

/** A conversation as its member's list shows it. */
export const ConversationSummary = Type.Object(
  {
    id: Id,
    title: Type.String(),
    memberCount: Type.Integer(),
    head: Seq,
    lastReadSeq: Seq,
    role: Role,
    activeAt: Time,
    preview: Type.String(),
    place: Place,
  },
  closed,
)
export type ConversationSummary = Type.Static<typeof ConversationSummary>

/** One step of a conversation's log: the new state of the row that changed. */
export const Change = Type.Union([
  Type.Object({ kind: Type.Literal('message'), seq: Seq, message: Message }, closed),
  Type.Object({ kind: Type.Literal('member'), seq: Seq, member: Member }, closed),
  Type.Object({ kind: Type.Literal('conversation'), seq: Seq, conversation: Conversation }, closed),
])
export type Change = Type.Static<typeof Change>

export const InvitePreview = Type.Object(
  { title: Type.String(), memberCount: Type.Integer(), role: Role, guests: Type.Boolean() },
  closed,
)
export type InvitePreview = Type.Static<typeof InvitePreview>
