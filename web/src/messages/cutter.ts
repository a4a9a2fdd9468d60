/** A piece is closed when it has so much in it: drawing it takes less than a frame. */
const pieceChars = 500
/** The last blocks of a text may yet become something else by what follows them. */
const openBlocks = 3
/** What footnotes and links refer to, from anywhere in the text. */
const definition = /^ {0,3}\[[^\]\n]+\]:/m

/**
 * Cuts Markdown into pieces that can be drawn each by itself and that are, joined, the text. Called with a text that
 * grows, it looks only at the end: a piece that something follows stays what it is. A text whose parts refer to each
 * other is one piece.
 *
 * @param blocksOf what takes a text apart into paragraphs, lists and so on, which are, joined, the text
 */
export function createCutter(blocksOf: (markdown: string) => string[]): (markdown: string) => string[] {
  let closed: string[] = []
  return (markdown) => {
    const text = markdown.replace(/\r\n?/g, '\n')
    if (definition.test(text)) return [text]
    const { kept, chars } = startOf(text, closed)
    const { pieces, open } = close(text.slice(chars), blocksOf)
    closed = [...closed.slice(0, kept), ...pieces]
    return open === '' ? closed : [...closed, open]
  }
}

/** How many of the pieces the text still begins with. */
function startOf(text: string, pieces: string[]): { kept: number; chars: number } {
  let kept = 0
  let chars = 0
  for (; kept < pieces.length && text.startsWith(pieces[kept]!, chars); kept += 1) chars += pieces[kept]!.length
  return { kept, chars }
}

function close(text: string, blocksOf: (markdown: string) => string[]): { pieces: string[]; open: string } {
  const blocks = blocksOf(text)
  const pieces: string[] = []
  let from = 0
  let piece = ''
  for (const block of blocks.slice(0, -openBlocks)) {
    piece += block
    if (piece.length < pieceChars) continue
    if (!text.startsWith(piece, from)) break // a block is not always what was written, as at the end of a list
    pieces.push(piece)
    from += piece.length
    piece = ''
  }
  return { pieces, open: text.slice(from) }
}
