import Type from 'typebox'
import { Id } from './ids.ts'
import { limits } from './limits.ts'

const closed = { additionalProperties: false } as const

/** Text that Postgres can hold: anything but NUL. */
function text(minLength: number, maxLength: number) {
  return Type.String({ minLength, maxLength, pattern: '^[^\\u0000]*$' })
}

export const Content = text(1, limits.contentChars)
export const Title = text(1, limits.titleChars)
export const Name = text(1, limits.nameChars)
export const Emoji = text(1, limits.emojiChars)
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Time = Type.String({ format: 'date-time' })

export const User = Type.Object({ id: Id, name: Name, email: Type.String() }, closed)
export type User = Type.Static<typeof User>

export const Role = Type.Union([Type.Literal('owner'), Type.Literal('member'), Type.Literal('viewer')])
export type Role = Type.Static<typeof Role>

export const Usage = Type.Object({ inputTokens: Type.Integer(), outputTokens: Type.Integer() }, closed)
export type Usage = Type.Static<typeof Usage>

/** Where an assistant's reply stands. */
export const Reply = Type.Union([
  Type.Object({ status: Type.Literal('queued') }, closed),
  Type.Object({ status: Type.Literal('streaming'), attempt: Type.Integer() }, closed),
  Type.Object({ status: Type.Literal('complete'), usage: Type.Optional(Usage) }, closed),
  Type.Object({ status: Type.Literal('stopped'), by: Id }, closed),
  Type.Object({ status: Type.Literal('failed'), code: Type.String(), reason: Type.String() }, closed),
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
    parent: Type.Union([Id, Type.Null()]),
    content: Type.String(),
    createdAt: Time,
    editedAt: Type.Union([Time, Type.Null()]),
    deletedAt: Type.Union([Time, Type.Null()]),
    reactions: Type.Array(Reaction),
    /** Only on the assistant's messages. */
    reply: Type.Optional(Reply),
    model: Type.Optional(Type.String()),
  },
  closed,
)
export type Message = Type.Static<typeof Message>

export const Member = Type.Object(
  { user: Id, name: Type.String(), role: Role, left: Type.Boolean(), lastReadSeq: Seq },
  closed,
)
export type Member = Type.Static<typeof Member>

/** When the assistant answers: to all, only when mentioned, never, or `auto`: to all while one person is alone with it. */
export const AssistantMode = Type.Union([
  Type.Literal('auto'),
  Type.Literal('always'),
  Type.Literal('mention'),
  Type.Literal('off'),
])
export type AssistantMode = Type.Static<typeof AssistantMode>

export const Conversation = Type.Object(
  { id: Id, title: Type.String(), assistant: AssistantMode, memberCount: Type.Integer() },
  closed,
)
export type Conversation = Type.Static<typeof Conversation>

/** A conversation as its member's list shows it. */
export const ConversationSummary = Type.Object(
  {
    id: Id,
    title: Type.String(),
    assistant: AssistantMode,
    memberCount: Type.Integer(),
    head: Seq,
    lastReadSeq: Seq,
    role: Role,
    activeAt: Time,
    preview: Type.String(),
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

export const InvitePreview = Type.Object({ title: Type.String(), memberCount: Type.Integer(), role: Role }, closed)
export type InvitePreview = Type.Static<typeof InvitePreview>
