import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useParley } from '../parley/context.ts'
import { useNewConversation } from './actions.tsx'

/** Listens for the keys while the page is there. */
export function useShortcuts(): void {
  const parley = useParley()
  const router = useRouter()
  const startNew = useNewConversation()

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return
      if (parley.shown.get()) {
        if (event.key === 'Escape' && !isDialogThere()) parley.shown.set(undefined)
        return
      }
      const run = actionOf(event)
      if (!run) return
      event.preventDefault()
      run()
    }

    function actionOf({ key, ctrlKey, metaKey, shiftKey, altKey, target }: KeyboardEvent): (() => void) | undefined {
      const command = ctrlKey || metaKey
      if (command && !altKey && !shiftKey && key.toLowerCase() === 'k') return () => parley.shown.set('palette')
      if (command && !altKey && shiftKey && key.toLowerCase() === 'o') return () => void startNew()
      if (command && !altKey && shiftKey && key.toLowerCase() === 'f') return () => parley.shown.set({ search: '' })
      if (altKey && !command && key === 'ArrowUp') return () => step(-1)
      if (altKey && !command && key === 'ArrowDown') return () => step(1)
      if (key === '?' && !command && !altKey && !isWriting(target)) return () => parley.shown.set('shortcuts')
      return undefined
    }

    function step(by: number): void {
      const { items } = parley.list.get()
      const here = items.findIndex(({ id }) => router.state.location.pathname.endsWith(id))
      const next = items[here + by]
      if (next) void router.navigate({ to: '/c/$conversation', params: { conversation: next.id } })
    }

    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [parley, router, startNew])
}

/** A dialog closes itself; one that is still being loaded cannot. */
function isDialogThere(): boolean {
  return document.querySelector('dialog[open]') !== null
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
