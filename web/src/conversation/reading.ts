import type { ConversationState } from '@parley/client'
import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'

/** What is new to the reader: the messages after `from` up to `to`. What comes while they look is read as it comes. */
export type News = { from: number; to: number }

const nothingNew: News = { from: Number.POSITIVE_INFINITY, to: 0 }

const isLookedAt = () => document.visibilityState === 'visible'

/**
 * Marks as read what is on the screen while somebody looks at it.
 *
 * @returns what was new when one came, or came back
 */
export function useReading({ id, applied, behind, members }: ConversationState): News {
  const parley = useParley()
  const [news, setNews] = useState<News>()
  // What this browser kept says nothing of what is new.
  if (!news && !behind) {
    const from = members[parley.user.id]?.lastReadSeq ?? 0
    setNews({ from, to: isLookedAt() ? applied : Number.POSITIVE_INFINITY })
  }

  useEffect(() => {
    if (isLookedAt()) parley.read(id, applied)
    function turn(): void {
      if (!isLookedAt()) setNews({ from: applied, to: Number.POSITIVE_INFINITY })
      else {
        parley.read(id, applied)
        setNews((known) => known && { ...known, to: applied })
      }
    }
    document.addEventListener('visibilitychange', turn)
    return () => document.removeEventListener('visibilitychange', turn)
  }, [parley, id, applied])

  return news ?? nothingNew
}
