import type { ConversationState } from '@parley/client'
import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'

/**
 * Marks as read what is on the screen while somebody looks at it.
 *
 * @returns up to where one had read when one came, or when one last looked away: what is newer is new
 */
export function useReading({ id, applied, members }: ConversationState): number {
  const parley = useParley()
  const [before, setBefore] = useState(() => members[parley.user.id]?.lastReadSeq ?? 0)

  useEffect(() => {
    function look(): void {
      if (document.visibilityState === 'visible') parley.read(id, applied)
      else setBefore(applied)
    }
    if (document.visibilityState === 'visible') look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [parley, id, applied])

  return before
}
