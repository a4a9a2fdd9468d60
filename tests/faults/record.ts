import type { Message } from '@parley/protocol'

/** Something that a client asked for, and what it was told. */
export type Operation =
  | { op: 'send'; message: string; content: string; asks: string | undefined; ack?: number }
  | { op: 'edit'; message: string; content: string; ack?: number }
  | { op: 'delete'; message: string; ack?: number }
  | { op: 'react'; message: string; emoji: string; on: boolean; ack?: number }

/** An operation of one client, with its times in milliseconds since the run began. */
export type Recorded = Operation & { client: number; at: number; ackAt?: number; refused?: string }

/** What a client was told by a live frame: this row took this place in the order. */
type Told = { client: number; at: number; seq: number; row: string; message?: Message }

/** Words of a reply that do not stand where they were told to. */
type Strayed = { client: number; at: number; reply: string; attempt: number; offset: number; text: string }

/** What happened in a room, as those in it saw it. */
export type RoomRecord = {
  conversation: string
  /** In a plain room messages are only sent: there each place in the order is a message's. */
  plain: boolean
  operations: Recorded[]
  told: Told[]
  strayed: Strayed[]
  /** What each client has in the end, where it has all of it. */
  finals: { client: number; applied: number; messages: Message[] }[]
  /** What history has in the end. */
  stored: Message[]
  head: number
}

/** A promise that was not kept. */
export type Violation = {
  what: string
  conversation: string
  detail: string
  /** Which message, or which place in the order, it is about. */
  message?: string
  seq?: number
}
