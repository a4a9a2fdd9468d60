const maxChars = 200_000
/** Within a paragraph, looking for what begins and ends in it takes time by the square of its length. */
const maxParagraphChars = 8_000
const maxTableChars = 20_000
const tooDeep = /^(?:[ \t]*>){30}/m

/**
 * Whether drawing a Markdown text is quick enough to let the page do all else meanwhile. What is not is longer, or nested
 * more deeply, than anybody writes who wants it to be read.
 */
export function isDrawable(text: string): boolean {
  if (text.length > maxChars || tooDeep.test(text)) return false
  if (text.length <= maxParagraphChars) return true
  let fenced = false
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const fences = paragraph.match(/^ {0,3}(?:```|~~~)/gm)?.length ?? 0
    const most = isTable(paragraph) ? maxTableChars : maxParagraphChars
    if (!fenced && fences === 0 && paragraph.length > most) return false
    if (fences % 2 === 1) fenced = !fenced
  }
  return true
}

function isTable(paragraph: string): boolean {
  return /^.*\n[ \t]*\|?[ \t:|-]+\n/.test(paragraph)
}
