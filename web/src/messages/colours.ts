import type { CodeHighlighterPlugin, HighlightResult } from 'streamdown'

/** What the worker is asked, one at a time, */
export type ColourRequest = { code: string; language: string }
/** and what it answers: the words with their colours, or nothing where it knows none. */
export type ColourAnswer = HighlightResult | null

type Turn = ColourRequest & { isOpen: boolean; tell: (result: HighlightResult) => void }

/** Longer code is shown without: each word of it in a colour is an element of the page. */
const maxChars = 12_000
/** How many blocks of code may wait for their colours; the oldest goes without. */
const maxWaiting = 100
const maxKept = 100

let worker: Worker | undefined
let current: Turn | undefined
const waiting: Turn[] = []
/** What was coloured last, by language and code: what is scrolled into sight again has its colours at once. */
const kept = new Map<string, HighlightResult>()

/** Colours code by Shiki, in a worker that is started for the first code there is. */
export const colours: CodeHighlighterPlugin = {
  name: 'shiki',
  type: 'code-highlighter',
  getSupportedLanguages: () => [],
  supportsLanguage: () => true, // what is unknown comes back as it is
  getThemes: () => ['github-light', 'github-dark'], // which they are is the worker's
  highlight({ code, language, isIncomplete: isOpen = false }, callback) {
    const known = kept.get(keyOf(code, language))
    if (known || code.length > maxChars || !callback) return known ?? null
    // While it is written, what it was a word ago waits for nothing more.
    const before = waiting.findIndex((turn) => turn.isOpen && turn.language === language && code.startsWith(turn.code))
    if (before >= 0) waiting.splice(before, 1)
    if (waiting.length >= maxWaiting) waiting.shift()
    waiting.push({ code, language, isOpen, tell: callback })
    next()
    return null
  },
}

function next(): void {
  if (current) return
  current = waiting.shift()
  if (!current) return
  worker ??= start()
  worker.postMessage({ code: current.code, language: current.language } satisfies ColourRequest)
}

function start(): Worker {
  const started = new Worker(new URL('./colours.worker.ts', import.meta.url), { type: 'module' })
  const answer = (result: ColourAnswer) => {
    const turn = current
    current = undefined
    if (turn && result) {
      if (!turn.isOpen) keep(keyOf(turn.code, turn.language), result)
      turn.tell(result)
    }
    next()
  }
  started.addEventListener('message', ({ data }: MessageEvent<ColourAnswer>) => answer(data))
  started.addEventListener('error', () => {
    // It could not be loaded: whatever waits goes without, and the next code tries anew.
    worker = undefined
    waiting.length = 0
    answer(null)
  })
  return started
}

function keep(key: string, result: HighlightResult): void {
  kept.set(key, result)
  if (kept.size > maxKept) kept.delete(kept.keys().next().value!)
}

const keyOf = (code: string, language: string): string => `${language}\n${code}`
