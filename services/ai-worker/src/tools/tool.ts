import type { JSONSchema7 } from '@ai-sdk/provider'

/** What a model may call. */
export type Tool = {
  /** What it does, for the model. */
  description: string
  input: JSONSchema7
  /** Its answer as text. What it throws is told to the model, too. */
  run(input: unknown, signal: AbortSignal): Promise<string>
}
