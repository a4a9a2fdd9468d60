import type { Spoken } from '@parley/history-client'
import { isStepCount, type LanguageModel, type ModelMessage, streamText, type ToolSet } from 'ai'
import { explainFault } from './faults.ts'
import { type Model, ModelError, type ModelPart, type Prompt } from './model.ts'

/** How long a provider may be silent before its first word, and between two. */
type Patience = { firstWordMs: number; nextWordMs: number }

const titleInstructions =
  'Write a title of two to six words for this conversation, in its language. Answer with the title alone, without quotation marks.'

const summaryInstructions =
  'Sum up this conversation for an assistant who is to go on with it: facts, names, decisions, open questions, and what ' +
  'each person wants. Write in its language, in at most 300 words. Answer with the summary alone.'

const goOn = 'Your last message was cut off. Go on exactly where it ends, without repeating any of it.'

/** How often a reply may call tools, one round after the other. */
const maxSteps = 12

type Options = { takesPrefix: boolean; contextTokens: number; patience: Patience; tools: ToolSet }

/** A model behind a provider's API, by way of the AI SDK. Repeats are the worker's matter, and so the SDK makes none. */
export function createProviderModel(name: string, model: LanguageModel, options: Options): Model {
  const { takesPrefix, contextTokens, tools } = options
  const hasTools = Object.keys(tools).length > 0

  async function say(instructions: string, messages: ModelMessage[], signal: AbortSignal): Promise<string> {
    const { textStream } = streamText({
      model,
      instructions,
      messages: [...messages, { role: 'user', content: instructions }],
      maxRetries: 0,
      abortSignal: signal,
      onError: () => {}, // then there is no text
    })
    let said = ''
    for await (const text of textStream) said += text
    return said
  }

  return {
    name,
    takesPrefix,
    contextTokens,
    async *write(prompt, signal) {
      const patience = createPatience(options.patience)
      const { temperature } = prompt.assistant
      try {
        const { fullStream } = streamText({
          model,
          instructions: instructionsOf(prompt),
          messages: messagesOf(prompt),
          ...(temperature !== undefined && { temperature }),
          ...(hasTools && { tools, stopWhen: isStepCount(maxSteps) }),
          maxRetries: 0,
          abortSignal: AbortSignal.any([signal, patience.signal]),
          onError: () => {}, // it comes as a part of the stream
        })
        for await (const part of fullStream) {
          const told = tell(part as never)
          if (!told) continue
          patience.heard('call' in told)
          yield told
        }
        patience.check()
      } catch (error) {
        patience.check(error)
        throw explainFault(error, patience.spoken)
      } finally {
        patience.end() // whoever stops listening ends the request
      }
    },
    title: (messages, signal) => say(titleInstructions, withNames(messages), signal),
    summarise: (summary, messages, signal) =>
      say(summaryInstructions, [...earlier(summary), ...withNames(messages)], signal),
  }
}

/** Watches how long the provider is silent, but not while a tool works, which has a patience of its own. */
function createPatience({ firstWordMs, nextWordMs }: Patience) {
  const silence = new AbortController()
  let spoken = false
  let timer = setTimeout(() => silence.abort(), firstWordMs)
  return {
    signal: silence.signal,
    get spoken() {
      return spoken
    },
    heard(toolWorks: boolean): void {
      spoken = true
      clearTimeout(timer)
      if (!toolWorks) timer = setTimeout(() => silence.abort(), nextWordMs)
    },
    check(cause?: unknown): void {
      if (silence.signal.aborted) throw new ModelError(spoken ? 'provider.stalled' : 'provider.timeout', { cause })
    },
    end(): void {
      clearTimeout(timer)
      silence.abort()
    },
  }
}

type StreamPart =
  | { type: 'text-delta' | 'reasoning-delta'; text: string }
  | { type: 'tool-call'; toolCallId: string; toolName: string; input: unknown }
  | { type: 'tool-result'; toolCallId: string; output: unknown }
  | { type: 'tool-error'; toolCallId: string; error: unknown }
  | { type: 'error'; error: unknown }
  | { type: 'finish'; finishReason: string; rawFinishReason?: string; totalUsage: SdkUsage }

type SdkUsage = { inputTokens?: number; outputTokens?: number; inputTokenDetails?: { cacheReadTokens?: number } }

/** What a part of the SDK's stream tells; undefined for what tells nothing here. */
function tell(part: StreamPart): ModelPart | undefined {
  switch (part.type) {
    case 'text-delta':
      return part.text === '' ? undefined : { text: part.text }
    case 'reasoning-delta':
      return part.text === '' ? undefined : { reasoning: part.text }
    case 'tool-call':
      return { call: { id: part.toolCallId, name: part.toolName, input: asText(part.input) } }
    case 'tool-result':
      return { result: { id: part.toolCallId, output: asText(part.output), failed: false } }
    case 'tool-error':
      return { result: { id: part.toolCallId, output: (part.error as Error).message, failed: true } }
    case 'error':
      throw part.error
    case 'finish':
      return finish(part)
    default:
      return undefined
  }
}

function finish({ finishReason, rawFinishReason, totalUsage }: StreamPart & { type: 'finish' }): ModelPart {
  if (finishReason === 'content-filter') throw new ModelError('provider.content_filter')
  // No reason at all is what a connection leaves that ended too early.
  if (finishReason === 'other' && rawFinishReason === undefined) throw new ModelError('provider.cut')
  if (finishReason === 'error') throw new ModelError('provider.failed')
  const cachedTokens = totalUsage.inputTokenDetails?.cacheReadTokens
  return {
    usage: {
      inputTokens: totalUsage.inputTokens ?? 0,
      outputTokens: totalUsage.outputTokens ?? 0,
      ...(cachedTokens !== undefined && { cachedTokens }),
    },
    cut: finishReason === 'length',
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function instructionsOf({ assistant: { name, instructions } }: Prompt): string {
  return (
    `You are ${name}, an assistant in Parley, a chat where several people and assistants share one live conversation. ` +
    'Where a message begins with a name and a colon, they wrote it; never begin your own like that. ' +
    `Answer in Markdown, and in the language of the question.${instructions && `\n\n${instructions}`}`
  )
}

function messagesOf({ summary, messages, prefix, goOn: asked }: Prompt): ModelMessage[] {
  const all = [...earlier(summary), ...withNames(messages)]
  if (prefix) all.push({ role: 'assistant', content: prefix })
  if (prefix && asked) all.push({ role: 'user', content: goOn })
  return all
}

function earlier(summary: string | undefined): ModelMessage[] {
  return summary ? [{ role: 'user', content: `What was said before, in short:\n\n${summary}` }] : []
}

/** With several people in the conversation, each message says whose it is. */
function withNames(messages: Spoken[]): ModelMessage[] {
  const several = new Set(messages.flatMap(({ name }) => name ?? [])).size > 1
  return messages.map(({ role, name, content }) => ({
    role,
    content: several && name ? `${name}: ${content}` : content,
  }))
}
