import { type RefObject, useEffect, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { frameChars, inItsFrame } from '../messages/frames.ts'
import { placeOf, type Row } from './rows.ts'

/** To take a message of this length out of the document is a good part of what a frame has time for. */
const longChars = 4_000

/**
 * Long messages that were near the window. They stay in the document when the list goes elsewhere, and are taken out of
 * it one a frame: to do so at once, while what is there instead is drawn, would halt the page.
 *
 * @returns their places, and what to call when the list was scrolled
 */
export function useLingering(rows: Row[], list: RefObject<VirtualizerHandle | null>) {
  const [{ near, lingering }, set] = useState<{ near: string[]; lingering: string[] }>({ near: [], lingering: [] })

  function onScrolled(): void {
    const now = longNear(rows, list.current)
    if (now.join() === near.join()) return
    set((known) => ({ near: now, lingering: [...new Set([...known.lingering, ...now])] }))
  }

  useEffect(() => {
    const gone = lingering.find((id) => !near.includes(id))
    if (gone === undefined) return
    return inItsFrame(frameChars, () => {
      set((known) => ({ ...known, lingering: known.lingering.filter((id) => id !== gone) }))
    })
  }, [near, lingering])

  return { lingering: lingering.map((id) => placeOf(rows, id)), onScrolled }
}

function longNear(rows: Row[], list: VirtualizerHandle | null): string[] {
  if (!list) return []
  const { scrollOffset, viewportSize } = list
  const from = list.findItemIndex(scrollOffset)
  const to = list.findItemIndex(scrollOffset + viewportSize)
  return rows
    .slice(from, to + 1)
    .flatMap((row) => ('message' in row && row.message.content.length > longChars ? [row.message.id] : []))
}
