import * as Type from 'typebox'
import { Compile } from 'typebox/compile'
import { Change, Place, Role, Seq, Time } from './entities.ts'
import type { ErrorCode } from './errors.ts'
import { Id } from './ids.ts'

// Frames are open objects: an older page must live with fields that a newer server adds.

/** The transcript of a reply that is being written, up to now. Offsets count UTF-16 code units, as strings do in the client. */
export const Partial = Type.Object({ message: Id, attempt: Type.Integer(), text: Type.String() })
export type Partial = Type.Static<typeof Partial>

export const Presence = Type.Object({
  /** Rises with every change of the conversation's presence; an older frame that comes late is ignored. */
  version: Type.Integer(),
  users: Type.Array(Id),
  count: Type.Integer(),
})
export type Presence = Type.Static<typeof Presence>

export const ReadMark = Type.Object({ user: Id, seq: Seq })

const frame = {
  /** First on every socket. */
  welcome: Type.Object({ type: Type.Literal('welcome'), user: Id, node: Type.String() }),
  ack: Type.Object({ type: Type.Literal('ack'), id: Type.String(), seq: Type.Optional(Seq) }),
  pong: Type.Object({ type: Type.Literal('pong'), id: Type.String() }),
  error: Type.Object({
    type: Type.Literal('error'),
    id: Type.Optional(Type.String()),
    code: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    retryAfterMs: Type.Optional(Type.Number()),
  }),
  /** The answer to `open`: all that changed after `since`, and what is being written now. */
  'caught-up': Type.Object({
    type: Type.Literal('caught-up'),
    id: Type.String(),
    conversation: Id,
    since: Seq,
    head: Seq,
    /** The end of the branch that is shown, as of `head`. */
    tip: Type.Union([Id, Type.Null()]),
    changes: Type.Array(Change),
    partials: Type.Array(Partial),
    reads: Type.Array(ReadMark),
    presence: Presence,
  }),
  /** The other answer to `open`: too much changed; load the newest page and open again from its head. */
  reset: Type.Object({ type: Type.Literal('reset'), id: Type.String(), conversation: Id, head: Seq }),
  change: Type.Object({ type: Type.Literal('change'), conversation: Id, change: Change }),
  /** The conversation's newest `seq`, told when an announcement may have been lost. */
  head: Type.Object({ type: Type.Literal('head'), conversation: Id, head: Seq }),
  delta: Type.Object({
    type: Type.Literal('delta'),
    conversation: Id,
    message: Id,
    attempt: Type.Integer(),
    offset: Type.Integer(),
    text: Type.String(),
  }),
  /** How many prompts are served before a reply that waits. */
  waiting: Type.Object({ type: Type.Literal('waiting'), conversation: Id, message: Id, position: Type.Integer() }),
  typing: Type.Object({ type: Type.Literal('typing'), conversation: Id, user: Id, on: Type.Boolean() }),
  presence: Type.Object({ type: Type.Literal('presence'), conversation: Id, presence: Presence }),
  read: Type.Object({ type: Type.Literal('read'), conversation: Id, user: Id, seq: Seq }),
  /** For the list: the conversation has something new. */
  bump: Type.Object({
    type: Type.Literal('bump'),
    conversation: Id,
    head: Seq,
    title: Type.String(),
    preview: Type.String(),
    activeAt: Time,
  }),
  /** The user is a member of a conversation from now on, or with another role. */
  joined: Type.Object({
    type: Type.Literal('joined'),
    conversation: Id,
    title: Type.String(),
    role: Role,
    /** Large conversations tell their news on a topic of their own, which a node then hears for the user. */
    memberCount: Type.Integer(),
  }),
  left: Type.Object({ type: Type.Literal('left'), conversation: Id }),
  /** The user keeps a conversation elsewhere from now on. */
  placed: Type.Object({ type: Type.Literal('placed'), conversation: Id, place: Place }),
  /** The user does not want to read another from now on, or does again. */
  blocked: Type.Object({ type: Type.Literal('blocked'), user: Id, on: Type.Boolean() }),
  /** Sessions of the user were ended: all, or the one named. */
  'signed-out': Type.Object({ type: Type.Literal('signed-out'), session: Type.Optional(Id) }),
}

export const Frame = Type.Union(Object.values(frame))
export type FrameType = keyof typeof frame
export type FrameOf<T extends FrameType> = Type.Static<(typeof frame)[T]>
export type Frame = { [T in FrameType]: FrameOf<T> }[FrameType]

const compiled = Object.fromEntries(Object.entries(frame).map(([type, schema]) => [type, Compile(schema)])) as Record<
  FrameType,
  ReturnType<typeof Compile>
>

/** Encodes a frame for the wire. */
export function encodeFrame(frame: Frame): string {
  return JSON.stringify(frame)
}

/** Reads a frame of the server; `undefined` for what is none or not known to this version. */
export function parseFrame(text: string): Frame | undefined {
  try {
    const value = JSON.parse(text) as { type?: unknown }
    if (typeof value?.type !== 'string' || !Object.hasOwn(compiled, value.type)) return undefined
    return compiled[value.type as FrameType].Check(value) ? (value as Frame) : undefined
  } catch {
    return undefined
  }
}

const changeStart = new TextEncoder().encode('{"type":"change","conversation":"')
const kindAt = changeStart.length + '00000000-0000-7000-8000-000000000000","change":{"kind":"'.length
const afterKind = '","seq":'.length
const [quote, zero, nine] = [0x22, 0x30, 0x39]

/**
 * The `seq` of an encoded change frame, read off its first bytes without a parse, for who only relays it; 0 for every
 * other frame. It relies on the order in which `encodeFrame` writes a change's fields.
 */
export function seqOf(frame: Uint8Array): number {
  for (let at = 0; at < changeStart.length; at += 1) if (frame[at] !== changeStart[at]) return 0
  const seqAt = frame.indexOf(quote, kindAt) + afterKind
  let seq = 0
  for (let at = seqAt; at < frame.length; at += 1) {
    const digit = frame[at]!
    if (digit < zero || digit > nine) break
    seq = seq * 10 + (digit - zero)
  }
  return seq
}

/** An error frame. */
export function errorFrame(
  id: string | undefined,
  refusal: { code: ErrorCode; message: string; field?: string | undefined; retryAfterMs?: number | undefined },
): string {
  return encodeFrame({
    type: 'error',
    ...(id === undefined ? {} : { id }),
    code: refusal.code,
    message: refusal.message,
    ...(refusal.field === undefined ? {} : { field: refusal.field }),
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  })
}

/** Close codes of the socket, beside the standard ones. */
export const closeCodes = {
  /** RFC 6455: the node is stopping; connect again at once, with jitter. */
  restarting: 1012,
  /** Of the IANA registry: something is away, or too many come at once. The reason may say when to come (`readRetryAfter`). */
  tryAgainLater: 1013,
  /** The session ended; sign in again. */
  signedOut: 4001,
  /** The ticket was not valid, or was used; get a new one. */
  ticketInvalid: 4002,
  /** The client does not read what it is sent; it may come back and catch up. */
  tooSlow: 4008,
  /** The client sends faster than it may, and went on after being told. */
  flooding: 4029,
} as const

const retryAfter = 'retry-after-ms='

/** The reason of a close that says when to come again. */
export function writeRetryAfter(ms: number): string {
  return `${retryAfter}${ms}`
}

/** When to come again, in milliseconds, as a close frame's reason says; undefined where it does not. */
export function readRetryAfter(reason: string): number | undefined {
  const ms = reason.startsWith(retryAfter) ? Number(reason.slice(retryAfter.length)) : Number.NaN
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}
