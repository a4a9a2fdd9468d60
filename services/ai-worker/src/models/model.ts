import type { Claim } from '@parley/history-client'
import type { ReplyErrorCode, Usage } from '@parley/protocol'

/** What a model emits while it writes: pieces of text, and at the end what it took. */
export type ModelPart = { text: string } | { usage: Usage }

export type Model = {
  /** As people see it beside the reply. */
  name: string
  /**
   * Writes a reply to the messages, until it is done or `signal` aborts.
   *
   * @throws ModelError
   */
  write(messages: Claim['messages'], signal: AbortSignal): AsyncIterable<ModelPart>
}

/** The model could not finish. `message` is for the people in the conversation, and tells nothing of keys or addresses. */
export class ModelError extends Error {
  override name = 'ModelError'
  readonly code: ReplyErrorCode
  constructor(code: ReplyErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
