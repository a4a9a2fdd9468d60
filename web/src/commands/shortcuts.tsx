import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useParley } from '../parley/context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { commandKey, useNewConversation } from './actions.tsx'

const rows: [string, string][] = [
  [`${commandKey} K`, 'Find a conversation, or do something'],
  [`${commandKey} Shift F`, 'Search messages'],
  [`${commandKey} Shift O`, 'New conversation'],
  ['Alt ↑ / Alt ↓', 'The conversation above, or below'],
  ['Enter', 'Send'],
  ['Shift Enter', 'New line'],
  ['↑', 'Edit your last message (in an empty field)'],
  ['@  /  :', 'Mention, command, emoji (in the field)'],
  ['Escape', 'Close, or cancel'],
  ['?', 'This list'],
]

/** The keys that work everywhere. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {rows.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-sm whitespace-nowrap">
                {keys}
              </kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

/** Listens for the keys while the page is there. */
export function useShortcuts(): void {
  const parley = useParley()
  const router = useRouter()
  const startNew = useNewConversation()

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || parley.shown.get()) return
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

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
