/**
 * Those whose name has all the words that are wanted, in any order and wherever they stand; first those with a word that
 * begins so. The order stays otherwise. Nothing wanted means all.
 */
export function rank<T>(items: T[], wanted: string, nameOf: (item: T) => string): T[] {
  const words = fold(wanted).split(/\s+/).filter(Boolean)
  if (words.length === 0) return items
  const found = items.flatMap((item) => {
    const name = fold(nameOf(item))
    if (!words.every((word) => name.includes(word))) return []
    const begins = words.filter((word) => name.startsWith(word) || name.includes(` ${word}`)).length
    return [{ item, begins }]
  })
  return found.sort((a, b) => b.begins - a.begins).map(({ item }) => item)
}

/** Without case and accents. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
