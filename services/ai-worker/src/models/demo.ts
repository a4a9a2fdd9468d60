import { setTimeout as sleep } from 'node:timers/promises'
import type { Spoken } from '@parley/history-client'
import { newId } from '@parley/protocol'
import type { Tools } from '../tools/tools.ts'
import { answerTo } from './demo-answers.ts'
import type { Model, ModelPart } from './model.ts'

const defaultContextTokens = 8_000

/** A model that needs no key: it knows about Parley only, and streams word by word as a real one does. */
export function createDemoModel(wordsPerSecond: number, contextTokens = defaultContextTokens): Model {
  return {
    name: 'demo',
    takesPrefix: true, // it always says the same to the same
    contextTokens,
    async *write({ messages, prefix }, signal) {
      const question = questionIn(messages)
      const whole = answerTo(question?.content ?? '', question?.name)
      const rest = whole.startsWith(prefix) ? whole.slice(prefix.length) : whole
      yield* inPace(rest, wordsPerSecond, signal, (text) => ({ text }))
      yield { usage: usageOf(messages, rest), cut: false }
    },
    async title(messages) {
      return withoutMention(messages.find(({ role }) => role === 'user')?.content ?? '')
    },
    async summarise(summary = '', messages) {
      const lines = messages.map(({ name, content }) => `- ${name ?? 'Assistant'}: ${firstWords(content)}`)
      return [summary, ...lines].filter(Boolean).slice(-40).join('\n')
    },
  }
}

/** The demo model that thinks before it speaks, calculates, and looks at the clock: to see how that looks. */
export function createThinkingDemoModel(wordsPerSecond: number, contextTokens: number, tools: Tools): Model {
  const demo = createDemoModel(wordsPerSecond, contextTokens)
  return {
    ...demo,
    name: 'demo-thinking',
    takesPrefix: false,
    async *write(prompt, signal) {
      const question = withoutMention(questionIn(prompt.messages)?.content ?? '')
      const sum = /[\d.]+(?:\s*[-+*/^]\s*[\d.()]+)+/.exec(question)?.[0]
      const thought = sum
        ? `There is something to calculate here: ${sum}. I had better use the calculator than guess.`
        : `The question is “${firstWords(question)}”. Whether it is about time? I look at the clock, and then say what I know about Parley.`
      yield* inPace(thought, wordsPerSecond, signal, (reasoning) => ({ reasoning }))
      const [name, input] = sum ? (['calculator', { expression: sum }] as const) : (['current_time', {}] as const)
      const id = newId()
      yield { call: { id, name, input: JSON.stringify(input) } }
      const { output, failed } = await tools.run(name, input, signal)
      yield { result: { id, output, failed } }
      const answer = sum ? `${sum.trim()} is **${output}**.` : `It is ${output}.\n\n${answerTo(question, undefined)}`
      yield* inPace(answer, wordsPerSecond, signal, (text) => ({ text }))
      yield { usage: usageOf(prompt.messages, thought + answer), cut: false }
    },
  }
}

/** Word by word: by the clock and not by counting pauses, which are longer than asked for. */
async function* inPace(
  text: string,
  wordsPerSecond: number,
  signal: AbortSignal,
  emit: (word: string) => ModelPart,
): AsyncIterable<ModelPart> {
  const startedAt = performance.now()
  for (const [at, word] of text.split(/(?<=\s)/).entries()) {
    const waitMs = startedAt + (at * 1000) / wordsPerSecond - performance.now()
    if (waitMs > 1) await sleep(waitMs, undefined, { signal })
    yield emit(word)
  }
}

function questionIn(messages: Spoken[]): Spoken | undefined {
  return messages.findLast(({ role }) => role === 'user')
}

function usageOf(messages: Spoken[], said: string) {
  const words = (text: string) => text.split(/\s+/).filter(Boolean).length
  return { inputTokens: messages.reduce((sum, { content }) => sum + words(content), 0), outputTokens: words(said) }
}

function withoutMention(text: string): string {
  return text.replace(/@\w+/g, '').replace(/\s+/g, ' ').trim()
}

function firstWords(text: string): string {
  const words = text.replace(/\s+/g, ' ').trim()
  return words.length > 100 ? `${words.slice(0, 100)} …` : words
}
