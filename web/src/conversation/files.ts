/** Larger files are not for a message. */
const maxBytes = 200_000

/** Files as blocks of code, where they are text; and the names of those that are not. */
export async function asBlocks(files: File[]): Promise<{ blocks: string; refused: string[] }> {
  const refused: string[] = []
  let blocks = ''
  for (const file of files) {
    const text = file.size > maxBytes ? undefined : readText(await file.arrayBuffer())
    if (text === undefined) refused.push(file.name)
    else blocks += block(file.name, text)
  }
  return { blocks, refused }
}

function readText(bytes: ArrayBuffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** A fence longer than any in the text, so that the text cannot end it. */
function block(name: string, text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return `${fence}${extension}\n${text.trimEnd()}\n${fence}\n`
}
