import { useEffect } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { useHere } from './here.ts'
import { isUnread, titleOf } from './title.ts'

/** Keeps the window's title: how many conversations have something new, and which one is shown. */
export function usePageTitle(): void {
  const { items } = useStore(useParley().list)
  const shown = useHere()
  const unread = items.filter(isUnread).length
  const title = `${unread > 0 ? `(${unread}) ` : ''}${shown ? `${titleOf(shown)} · ` : ''}Parley`
  useEffect(() => {
    document.title = title
  }, [title])
}
