/** Code, in fences or between backticks, which stays as it is. */
const code = /(^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\2[`~]*[ \t]*$|(?![\s\S]))|(`+)(?:[^`\n]|(?!\3)`)+\3)/gm

/** Whether a text may have formulas in it. */
export function hasFormulas(text: string): boolean {
  return text.includes('$$') || text.includes('\\[') || text.includes('\\(')
}

/** Formulas as models write them, `\(…\)` and `\[…\]`, in the form that Markdown's renderer takes: between `$$`. */
export function withDollars(text: string): string {
  if (!text.includes('\\[') && !text.includes('\\(')) return text
  let result = ''
  let at = 0
  for (const match of text.matchAll(code)) {
    result += replaced(text.slice(at, match.index)) + match[0]
    at = match.index + match[0].length
  }
  return result + replaced(text.slice(at))
}

function replaced(text: string): string {
  return text
    .replace(/\\\[([\s\S]{1,4000}?)\\\]/g, (_all, formula: string) => ['', '$$', formula.trim(), '$$', ''].join('\n'))
    .replace(/\\\((.{1,1000}?)\\\)/g, (_all, formula: string) => ['$$', formula.trim(), '$$'].join(''))
}
