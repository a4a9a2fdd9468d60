import type { Claim } from '@parley/history-client'
import { type LanguageModel, type ModelMessage, streamText } from 'ai'
import { explainFault } from './faults.ts'
import { type Model, ModelError, type ModelPart } from './model.ts'

/** How long a provider may be silent before its first word, and between two. */
type Patience = { firstWordMs: number; nextWordMs: number }

const instructions =
  'You are the assistant in Parley, a chat where several people and you share one live conversation. ' +
  'Where a message begins with a name and a colon, that person wrote it. Answer in Markdown, and in the language of the question.'

const titleInstructions =
  'Write a title of two to six words for this conversation, in its language. Answer with the title alone, without quotation marks.'

type Options = { takesPrefix: boolean; patience: Patience }

/** A model behind a provider's API, by way of the AI SDK. Repeats are the worker's matter, and so the SDK makes none. */
export function createProviderModel(name: string, model: LanguageModel, { takesPrefix, patience }: Options): Model {
  return {
    name,
    takesPrefix,
    async *write(messages, signal, prefix): AsyncIterable<ModelPart> {
      const silence = new AbortController()
      const wait = (ms: number) => setTimeout(() => silence.abort(), ms)
      let spoken = false
      let timer = wait(patience.firstWordMs)
      try {
        const { fullStream } = streamText({
          model,
          instructions,
          messages: withPrefix(withNames(messages), prefix),
          maxRetries: 0,
          abortSignal: AbortSignal.any([signal, silence.signal]),
          onError: () => {}, // it comes as a part of the stream
        })
        for await (const part of fullStream) {
          switch (part.type) {
            case 'text-delta':
              clearTimeout(timer)
              timer = wait(patience.nextWordMs)
              spoken = true
              yield { text: part.text }
              break
            case 'error':
              throw part.error
            case 'finish':
              if (part.finishReason === 'content-filter') throw new ModelError('provider.content_filter')
              // No reason at all is what a connection leaves that ended too early.
              if (part.finishReason === 'other' && part.rawFinishReason === undefined)
                throw new ModelError('provider.cut')
              if (part.finishReason === 'error') throw new ModelError('provider.failed')
              yield {
                usage: {
                  inputTokens: part.totalUsage.inputTokens ?? 0,
                  outputTokens: part.totalUsage.outputTokens ?? 0,
                },
              }
          }
        }
        if (silence.signal.aborted) throw new ModelError(spoken ? 'provider.stalled' : 'provider.timeout')
      } catch (error) {
        if (silence.signal.aborted)
          throw new ModelError(spoken ? 'provider.stalled' : 'provider.timeout', { cause: error })
        throw explainFault(error, spoken)
      } finally {
        clearTimeout(timer)
        silence.abort() // whoever stops listening ends the request
      }
    },
    async title(messages, signal) {
      const { textStream } = streamText({
        model,
        instructions: titleInstructions,
        messages: [...withNames(messages), { role: 'user', content: titleInstructions }],
        maxRetries: 0,
        abortSignal: signal,
        onError: () => {}, // then there is no text
      })
      let title = ''
      for await (const text of textStream) title += text
      return title
    },
  }
}

/** With several people in the conversation, each message says whose it is. */
function withNames(messages: Claim['messages']): ModelMessage[] {
  const several = new Set(messages.flatMap(({ name }) => name ?? [])).size > 1
  return messages.map(({ role, name, content }) => ({
    role,
    content: several && name ? `${name}: ${content}` : content,
  }))
}

function withPrefix(messages: ModelMessage[], prefix: string): ModelMessage[] {
  return prefix ? [...messages, { role: 'assistant', content: prefix }] : messages
}
