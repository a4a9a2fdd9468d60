import type { Claim } from '@parley/history-client'
import { type ReplyErrorCode, replyErrors, type Usage } from '@parley/protocol'

/** What a model emits while it writes: pieces of text, and at the end what it took. */
export type ModelPart = { text: string } | { usage: Usage }

export type Model = {
  /** As people see it beside the reply. */
  name: string
  /** Whether it can go on from the beginning of a reply that somebody else began. */
  takesPrefix: boolean
  /**
   * Writes a reply to the messages, until it is done or `signal` aborts.
   *
   * @param prefix the beginning of the reply, which is not emitted again; empty unless the model takes one
   * @throws ModelError
   */
  write(messages: Claim['messages'], signal: AbortSignal, prefix: string): AsyncIterable<ModelPart>
  /** A title for the conversation, of a few words. Rejects where it finds none. */
  title(messages: Claim['messages'], signal: AbortSignal): Promise<string>
}

/** The model could not finish. The message is for the people in the conversation; the cause stays in the log. */
export class ModelError extends Error {
  override name = 'ModelError'
  readonly code: ReplyErrorCode
  /** When the provider said that a repeat may succeed, in milliseconds from now. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: ReplyErrorCode,
    { cause, retryAfterMs }: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(replyErrors[code].words, { cause })
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}
