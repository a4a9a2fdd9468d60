/** The word before the caret that asks for suggestions. */
export type Word = { kind: 'mention' | 'command' | 'emoji'; text: string; start: number }

const patterns: [Word['kind'], RegExp][] = [
  ['command', /^\/(?<text>[\p{L}\p{M}]*)$/u],
  ['mention', /(?:^|[\s(])@(?<text>[\p{L}\p{N}_]*)$/u],
  ['emoji', /(?:^|\s):(?<text>[a-z0-9_+-]{2,})$/],
]

/** `@` and `:` begin a word anywhere, `/` only where nothing else stands. */
export function wordBefore(content: string, caret: number): Word | undefined {
  const before = content.slice(0, caret)
  for (const [kind, pattern] of patterns) {
    const text = pattern.exec(before)?.groups?.text
    if (text === undefined || (kind === 'command' && caret < content.length)) continue
    return { kind, text, start: caret - text.length - 1 }
  }
  return undefined
}

/** Puts `text` in the word's place, and says where the caret is then. */
export function replaceWord(content: string, { start, text: word }: Word, text: string): [string, number] {
  const end = start + 1 + word.length
  const rest = content.slice(end)
  const put = rest.startsWith(' ') ? text : `${text} `
  return [content.slice(0, start) + put + rest, start + text.length + 1]
}
