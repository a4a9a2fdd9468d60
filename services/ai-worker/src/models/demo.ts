import { setTimeout as sleep } from 'node:timers/promises'
import { answerTo } from './demo-answers.ts'
import type { Model } from './model.ts'

/** A model that needs no key: it knows about Parley only, and streams word by word as a real one does. */
export function createDemoModel(wordsPerSecond: number): Model {
  return {
    name: 'demo',
    takesPrefix: true, // it always says the same to the same
    async *write(messages, signal, prefix) {
      const question = messages.findLast(({ role }) => role === 'user')
      const whole = answerTo(question?.content ?? '', question?.name)
      const words = (whole.startsWith(prefix) ? whole.slice(prefix.length) : whole).split(/(?<=\s)/)
      // By the clock and not by counting pauses, which are longer than asked for.
      const startedAt = performance.now()
      for (const [at, word] of words.entries()) {
        const waitMs = startedAt + (at * 1000) / wordsPerSecond - performance.now()
        if (waitMs > 1) await sleep(waitMs, undefined, { signal })
        yield { text: word }
      }
      const inputTokens = messages.reduce((sum, { content }) => sum + content.split(/\s+/).length, 0)
      yield { usage: { inputTokens, outputTokens: words.length } }
    },
    async title(messages) {
      const question = messages.find(({ role }) => role === 'user')?.content ?? ''
      return question
        .replace(/@assistant\b/gi, '')
        .replace(/\s+/g, ' ')
        .trim()
    },
  }
}
