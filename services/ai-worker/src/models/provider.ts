import type { Claim } from '@parley/history-client'
import { APICallError, type LanguageModel, type ModelMessage, streamText } from 'ai'
import { type Model, ModelError, type ModelPart } from './model.ts'

/** A provider that is silent this long has hung. */
const silentForMs = 60_000

const instructions =
  'You are the assistant in Parley, a chat where several people and you share one live conversation. ' +
  'Where a message begins with a name and a colon, that person wrote it. Answer in Markdown, and in the language of the question.'

/** A model behind a provider's API, by way of the AI SDK. */
export function createProviderModel(name: string, model: LanguageModel): Model {
  return {
    name,
    async *write(messages, signal): AsyncIterable<ModelPart> {
      const silence = new AbortController()
      let timer = setTimeout(() => silence.abort(), silentForMs)
      try {
        const { fullStream } = streamText({
          model,
          instructions,
          messages: withNames(messages),
          abortSignal: AbortSignal.any([signal, silence.signal]),
          onError: () => {}, // it comes as a part of the stream
        })
        for await (const part of fullStream) {
          clearTimeout(timer)
          timer = setTimeout(() => silence.abort(), silentForMs)
          if (part.type === 'text-delta') yield { text: part.text }
          else if (part.type === 'error') throw part.error
          else if (part.type === 'finish') {
            const { inputTokens = 0, outputTokens = 0 } = part.totalUsage
            yield { usage: { inputTokens, outputTokens } }
          }
        }
        if (silence.signal.aborted) throw new ModelError('provider.timeout', timedOut)
      } catch (error) {
        throw error instanceof ModelError ? error : explain(error, silence.signal.aborted)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

const timedOut = 'The model took too long to answer. Please try again.'

function explain(error: unknown, silent: boolean): ModelError {
  if (silent) return new ModelError('provider.timeout', timedOut, error)
  const status = APICallError.isInstance(error) ? error.statusCode : undefined
  if (status === 404) return new ModelError('model.unknown', 'The provider does not know this model.', error)
  if (status === 401 || status === 403) {
    return new ModelError('provider.failed', 'The provider refused this installation’s key.', error)
  }
  if (status === 429) {
    return new ModelError('provider.failed', 'The provider is busy. Please try again in a while.', error)
  }
  return new ModelError('provider.failed', 'The model could not finish this reply. Please try again.', error)
}

/** With several people in the conversation, each message says whose it is. */
function withNames(messages: Claim['messages']): ModelMessage[] {
  const several = new Set(messages.flatMap(({ name }) => name ?? [])).size > 1
  return messages.map(({ role, name, content }) => ({
    role,
    content: several && name ? `${name}: ${content}` : content,
  }))
}
