import {
  AssistantMode,
  AssistantSettings,
  Change,
  Content,
  Conversation,
  ConversationSummary,
  Emoji,
  Found,
  Id,
  ImportedMessage,
  InviteList,
  InvitePreview,
  limits,
  Member,
  Message,
  Model,
  Place,
  Role,
  SearchText,
  Seq,
  SharedPage,
  ShareList,
  Time,
  Title,
  Usage,
  UsageReport,
} from '@parley/protocol'
import * as Type from 'typebox'
import { accountCalls } from './calls/accounts.ts'
import { administrationCalls } from './calls/administration.ts'
import { call, closed, Limit, Nothing } from './calls/call.ts'

const Seqed = Type.Object({ seq: Seq })
const inConversation = { actor: Id, conversation: Id }
const atMessage = { ...inConversation, message: Id }
const Attempt = Type.Integer({ minimum: 1 })
const LeaseMs = Type.Integer({ minimum: 100, maximum: 600_000 })

export const NewMessageInput = Type.Object(
  { id: Id, conversation: Id, author: Id, content: Content, instead: Type.Optional(Id) },
  closed,
)
export type NewMessageInput = Type.Static<typeof NewMessageInput>

/** How each message of a batch fared: stored at `seq` (now or before), or refused. */
export const AppendResult = Type.Union([
  Type.Object({ seq: Seq }),
  Type.Object({ code: Type.String(), message: Type.String() }),
])
export type AppendResult = Type.Static<typeof AppendResult>

export const maxBatch = 500

/** What a model gets to read of a conversation. */
const Spoken = Type.Object({
  role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
  /** Who speaks, where that is not the assistant itself. */
  name: Type.Optional(Type.String()),
  content: Type.String(),
})
export type Spoken = Type.Static<typeof Spoken>

/** A model that a worker has, and how many tokens of a conversation it may be given. */
const OfferedModel = Type.Object({ name: Type.String(), contextTokens: Type.Integer({ minimum: 1 }) }, closed)

/** A reply that a worker has claimed, with all it needs to write it. */
export const Claim = Type.Object({
  attempt: Attempt,
  /** How often the reply may be begun again after this. */
  attemptsLeft: Type.Integer({ minimum: 0 }),
  model: Type.String(),
  assistant: Type.Object({
    name: Type.String(),
    instructions: Type.String(),
    temperature: Type.Optional(Type.Number()),
  }),
  /** The transcript that attempts before this one came to write. */
  begun: Type.String(),
  /** The transcript of a reply that had reached the length limit, and is to go on from its end. */
  continues: Type.String(),
  /** Nobody has named the conversation yet. */
  untitled: Type.Boolean(),
  messages: Type.Array(Spoken),
  /** What was said before the messages. */
  summary: Type.Optional(Type.String()),
  /** What no longer fits and is not in the summary yet: up to and with the message `until`. */
  overflow: Type.Optional(
    Type.Object({
      until: Id,
      /** How many messages a summary until there stands for. */
      covers: Type.Integer(),
      messages: Type.Array(Spoken),
    }),
  ),
})
export type Claim = Type.Static<typeof Claim>

export const ReplyEnd = Type.Union([
  Type.Object({ status: Type.Literal('complete'), cut: Type.Boolean() }, closed),
  Type.Object({ status: Type.Literal('stopped') }, closed),
  Type.Object({ status: Type.Literal('failed'), code: Type.String(), reason: Type.String() }, closed),
])
export type ReplyEnd = Type.Static<typeof ReplyEnd>

/**
 * History's internal API: one entry a call, served as `POST /internal/{name}`. `actor` is the user on whose behalf a
 * call is made; whether that user may do it is decided in history.
 */
export const contract = {
  ...accountCalls,
  ...administrationCalls,

  // conversations
  createConversation: call(
    { actor: Id, id: Id, title: Type.Optional(Title), assistant: Type.Optional(AssistantMode) },
    ConversationSummary,
  ),
  listConversations: call(
    {
      actor: Id,
      before: Type.Optional(Type.String({ maxLength: 100 })),
      limit: Limit,
      /** Absent: all that are not in the archive. */
      place: Type.Optional(Place),
    },
    Type.Object({ conversations: Type.Array(ConversationSummary), next: Type.Optional(Type.String()) }),
  ),
  getConversation: call(
    inConversation,
    Type.Object({ conversation: Conversation, head: Seq, members: Type.Array(Member) }),
  ),
  changeConversation: call({ ...inConversation, title: Title }, Seqed),
  /** Pins the conversation, puts it into the archive, or back into the list: for the actor alone. */
  placeConversation: call({ ...inConversation, place: Place }, Nothing),
  /** Takes the conversation away from all its members. */
  deleteConversation: call(inConversation, Nothing),
  /** Takes that back, by an owner of it. */
  restoreConversation: call(inConversation, Nothing),
  putAssistant: call({ ...inConversation, assistant: Id, settings: AssistantSettings }, Seqed),
  removeAssistant: call({ ...inConversation, assistant: Id }, Seqed),
  /** Names a conversation that nobody has named; any other keeps its title. */
  nameConversation: call({ conversation: Id, title: Title }, Nothing),

  // members and invites
  setRole: call({ ...inConversation, user: Id, role: Role }, Seqed),
  removeMember: call({ ...inConversation, user: Id }, Seqed),
  createInvite: call(
    {
      ...inConversation,
      role: Type.Union([Type.Literal('member'), Type.Literal('viewer')]),
      tokenHash: Type.String(),
      expiresAt: Time,
      maxUses: Type.Optional(Type.Integer({ minimum: 1 })),
      guests: Type.Optional(Type.Boolean()),
    },
    Nothing,
  ),
  listInvites: call(inConversation, InviteList),
  deleteInvite: call({ ...inConversation, invite: Id }, Nothing),
  previewInvite: call({ tokenHash: Type.String() }, InvitePreview),
  acceptInvite: call({ actor: Id, tokenHash: Type.String() }, Type.Object({ conversation: Id })),

  // messages
  appendMessages: call(
    { messages: Type.Array(NewMessageInput, { minItems: 1, maxItems: maxBatch }) },
    Type.Object({ results: Type.Array(AppendResult) }),
  ),
  editMessage: call({ ...atMessage, content: Content }, Seqed),
  deleteMessage: call(atMessage, Seqed),
  reactToMessage: call({ ...atMessage, emoji: Emoji, on: Type.Boolean() }, Seqed),
  markRead: call({ ...inConversation, seq: Seq }, Nothing),
  pageMessages: call(
    { ...inConversation, before: Type.Optional(Seq), after: Type.Optional(Seq), limit: Limit },
    Type.Object({ messages: Type.Array(Message), head: Seq, more: Type.Boolean() }),
  ),
  /** One answer for all the actors who ask the same at the same moment; only `readers` may see it. */
  changesSince: call(
    { actors: Type.Array(Id, { minItems: 1, maxItems: maxBatch }), conversation: Id, since: Seq },
    Type.Object({
      head: Seq,
      tip: Type.Union([Id, Type.Null()]),
      /** All who may read it: a node that has asked for one can answer the others. */
      readers: Type.Array(Type.Object({ user: Id, role: Role })),
      /** Absent when there are more than a catch-up may return. */
      changes: Type.Optional(Type.Array(Change)),
      /** Replies being written now, whenever they began. */
      streaming: Type.Array(Type.Object({ message: Id, attempt: Attempt })),
      reads: Type.Array(Type.Object({ user: Id, seq: Seq })),
    }),
  ),
  /** The newest `seq` of each conversation, and which of the sessions have ended. */
  checkHeads: call(
    { conversations: Type.Array(Id, { maxItems: 20_000 }), sessions: Type.Array(Id, { maxItems: 100_000 }) },
    Type.Object({ heads: Type.Array(Type.Object({ conversation: Id, head: Seq })), ended: Type.Array(Id) }),
  ),

  /** Finds messages by their words, and conversations by their titles, where the actor is a member. */
  search: call(
    {
      actor: Id,
      query: SearchText,
      conversation: Type.Optional(Id),
      before: Type.Optional(Type.String({ maxLength: 100 })),
      limit: Limit,
    },
    Found,
  ),

  // sharing
  createShare: call({ ...inConversation, id: Id, tokenHash: Type.String(), message: Type.Optional(Id) }, Nothing),
  listShares: call(inConversation, ShareList),
  deleteShare: call({ ...inConversation, share: Id }, Nothing),
  readShare: call({ tokenHash: Type.String(), before: Type.Optional(Id) }, SharedPage),
  /** Puts what was said elsewhere into a conversation that the actor has alone. */
  importMessages: call(
    { ...inConversation, messages: Type.Array(ImportedMessage, { minItems: 1, maxItems: limits.importMessages }) },
    Seqed,
  ),

  // replies
  claimReply: call(
    {
      conversation: Id,
      message: Id,
      models: Type.Array(OfferedModel, { minItems: 1, maxItems: 100 }),
      leaseMs: LeaseMs,
    },
    Claim,
  ),
  /** Keeps claims alive, all that a worker holds at once; tells those of them that are another worker's by now. */
  extendReplies: call(
    {
      claims: Type.Array(Type.Object({ conversation: Id, message: Id, attempt: Attempt }, closed), {
        maxItems: 10_000,
      }),
      leaseMs: LeaseMs,
    },
    Type.Object({ lost: Type.Array(Id) }),
  ),
  /** Gives a claim back before its end: the reply may be claimed again after `againInMs`. */
  releaseReply: call(
    {
      conversation: Id,
      message: Id,
      attempt: Attempt,
      againInMs: Type.Integer({ minimum: 0, maximum: 600_000 }),
      /** Whether the model failed; else it is only another worker's turn. */
      failed: Type.Boolean(),
    },
    Nothing,
  ),
  finishReply: call(
    {
      conversation: Id,
      message: Id,
      attempt: Attempt,
      transcript: Type.String({ maxLength: 2_000_000 }),
      usage: Type.Optional(Usage),
      end: ReplyEnd,
    },
    Seqed,
  ),
  /** Ends a reply, whoever writes it, with what was told of it by now. */
  stopReply: call(atMessage, Nothing),
  /** Begins a reply anew that has failed or was stopped. */
  retryReply: call(atMessage, Seqed),
  /** Goes on with a reply that reached the length limit. */
  continueReply: call(atMessage, Seqed),
  /** Has another version of a reply written, with the id `reply`. */
  regenerateReply: call({ ...atMessage, reply: Id, model: Type.Optional(Model) }, Seqed),
  /** Shows this version of a message, and what followed it. */
  chooseVersion: call(atMessage, Seqed),
  /** Keeps what was said until a message and with it, for replies that cannot be given all of it. */
  keepSummary: call(
    { conversation: Id, until: Id, covers: Type.Integer({ minimum: 1 }), content: Type.String({ maxLength: 100_000 }) },
    Nothing,
  ),
  readUsage: call({ actor: Id }, UsageReport),
}

export type Contract = typeof contract
export type CallName = keyof Contract
export type BodyOf<N extends CallName> = Type.Static<Contract[N]['body']>
export type ResponseOf<N extends CallName> = Type.Static<Contract[N]['response']>

/** A job in the prompt queue. */
export type PromptJob = { conversation: Id; message: Id }
