import type { Claim, Spoken } from '@parley/history-client'
import { type ReplyErrorCode, replyErrors, type Usage } from '@parley/protocol'

/** What a model emits while it writes. */
export type ModelPart =
  | { text: string }
  | { reasoning: string }
  | { call: { id: string; name: string; input: string } }
  | { result: { id: string; output: string; failed: boolean } }
  /** At the end: what it took, and whether it was the length limit that ended it. */
  | { usage: Usage; cut: boolean }

/** What a model is asked. */
export type Prompt = Pick<Claim, 'messages' | 'summary' | 'assistant'> & {
  /** The beginning of the reply, which is not emitted again. */
  prefix: string
  /** The prefix is a reply that was cut off, and its model is asked to go on; else it is its own text of before. */
  goOn: boolean
}

export type Model = {
  /** As people see it beside the reply. */
  name: string
  /** Whether it can go on from the beginning of a reply that somebody else began. */
  takesPrefix: boolean
  /** How much of a conversation it may be given. */
  contextTokens: number
  /**
   * Writes a reply, until it is done or `signal` aborts.
   *
   * @throws ModelError
   */
  write(prompt: Prompt, signal: AbortSignal): AsyncIterable<ModelPart>
  /** A title for the conversation, of a few words. Rejects where it finds none. */
  title(messages: Spoken[], signal: AbortSignal): Promise<string>
  /** What was said, in a few sentences, after what an earlier summary says. */
  summarise(summary: string | undefined, messages: Spoken[], signal: AbortSignal): Promise<string>
}

/** The models of this installation. */
export type Models = {
  /** Those that people may choose from. The first answers where none is chosen. */
  offered: [Model, ...Model[]]
  /** The cheap one, for titles and summaries. */
  small: Model
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
