import type { LanguageModelV4, LanguageModelV4Message } from '@ai-sdk/provider'
import type { Spoken } from '@parley/history-client'
import type { Tools } from '../tools/tools.ts'
import { converse } from './converse.ts'
import { explainFault } from './faults.ts'
import { type Model, ModelError, type Prompt } from './model.ts'

/** How long a provider may be silent before its first word, and between two. */
type Patience = { firstWordMs: number; nextWordMs: number }

const titleInstructions =
  'Write a title of two to six words for this conversation, in its language. Answer with the title alone, without quotation marks.'

const summaryInstructions =
  'Sum up this conversation for an assistant who is to go on with it: facts, names, decisions, open questions, and what ' +
  'each person wants. Write in its language, in at most 300 words. Answer with the summary alone.'

const goOn = 'Your last message was cut off. Go on exactly where it ends, without repeating any of it.'

type Options = { takesPrefix: boolean; contextTokens: number; patience: Patience; tools: Tools }

/** A model behind a provider's API, by way of the AI SDK's adapter for it. */
export function createProviderModel(name: string, model: LanguageModelV4, options: Options): Model {
  const { takesPrefix, contextTokens, tools } = options

  async function say(instructions: string, messages: LanguageModelV4Message[], signal: AbortSignal): Promise<string> {
    const asked = [{ role: 'system' as const, content: instructions }, ...messages, user(instructions)]
    let said = ''
    for await (const part of converse({ model, messages: asked, signal })) if ('text' in part) said += part.text
    return said
  }

  return {
    name,
    takesPrefix,
    contextTokens,
    async *write(prompt, signal) {
      const patience = createPatience(options.patience)
      const either = AbortSignal.any([signal, patience.signal])
      const { temperature } = prompt.assistant
      try {
        for await (const part of converse({
          model,
          messages: messagesOf(prompt),
          temperature,
          tools,
          signal: either,
        })) {
          patience.heard('call' in part)
          yield part
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
  let toolWorks = false
  let heardAt = performance.now()
  let timer = setTimeout(look, firstWordMs)

  // One timer that looks how long it has been, and not a new one with each word.
  function look(): void {
    const left = heardAt + (spoken ? nextWordMs : firstWordMs) - performance.now()
    if (!toolWorks && left <= 0) silence.abort()
    else timer = setTimeout(look, toolWorks ? nextWordMs : left)
  }

  return {
    signal: silence.signal,
    get spoken() {
      return spoken
    },
    heard(calledTool: boolean): void {
      if (!spoken || toolWorks !== calledTool) {
        clearTimeout(timer)
        timer = setTimeout(look, nextWordMs)
      }
      spoken = true
      toolWorks = calledTool
      heardAt = performance.now()
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

function messagesOf({ assistant, summary, messages, prefix, goOn: asked }: Prompt): LanguageModelV4Message[] {
  const all = [instruct(assistant), ...earlier(summary), ...withNames(messages)]
  if (prefix) all.push({ role: 'assistant', content: [{ type: 'text', text: prefix }] })
  if (prefix && asked) all.push(user(goOn))
  return all
}

function instruct({ name, instructions }: Prompt['assistant']): LanguageModelV4Message {
  const content =
    `You are ${name}, an assistant in Parley, a chat where several people and assistants share one live conversation. ` +
    'Where a message begins with a name and a colon, they wrote it; never begin your own like that. ' +
    'Answer in Markdown, and in the language of the question.'
  return { role: 'system', content: instructions ? `${content}\n\n${instructions}` : content }
}

function earlier(summary: string | undefined): LanguageModelV4Message[] {
  return summary ? [user(`What was said before, in short:\n\n${summary}`)] : []
}

/** With several people in the conversation, each message says whose it is. */
function withNames(messages: Spoken[]): LanguageModelV4Message[] {
  const several = new Set(messages.flatMap(({ name }) => name ?? [])).size > 1
  return messages.map(({ role, name, content }) =>
    role === 'user'
      ? user(several && name ? `${name}: ${content}` : content)
      : { role, content: [{ type: 'text', text: content }] },
  )
}

function user(text: string): LanguageModelV4Message {
  return { role: 'user', content: [{ type: 'text', text }] }
}
