import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { Palette } from '../commands/palette.tsx'
import { ShortcutsDialog, useShortcuts } from '../commands/shortcuts.tsx'
import { preloadMarkdown } from '../messages/markdown.tsx'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { Toast } from '../ui/toast.tsx'
import { ConnectionLine } from './connection-line.tsx'
import { ConversationList } from './conversation-list.tsx'
import { usePageTitle } from './page-title.ts'
import { SheetContext } from './sheet.ts'
import { UsageDialog } from './usage-dialog.tsx'

const SearchDialog = lazy(async () => ({ default: (await import('../search/search-dialog.tsx')).SearchDialog }))

const ImportDialog = lazy(async () => ({ default: (await import('../sharing/import-dialog.tsx')).ImportDialog }))

const SettingsDialog = lazy(async () => ({ default: (await import('../settings/settings-dialog.tsx')).SettingsDialog }))

/** The page of a signed-in person: the list beside the conversation; on small screens the list is a sheet. */
export function Layout() {
  useShortcuts()
  usePageTitle()
  useEffect(preloadMarkdown, [])
  const [open, setOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the sheet
  useEffect(() => setOpen(false), [path])

  return (
    <SheetContext value={() => setOpen(true)}>
      <Over />
      <Toast />
      <div className="flex h-full flex-col">
        <ConnectionLine />
        <div className="flex min-h-0 flex-1">
          <aside className="hidden w-72 shrink-0 bg-sunken md:block">
            <ConversationList />
          </aside>
          {open && (
            <div className="fixed inset-0 z-20 flex md:hidden">
              <aside className="w-[85%] max-w-xs bg-sunken shadow-raised">
                <ConversationList />
              </aside>
              <button
                type="button"
                aria-label="Close the list"
                className="flex-1 bg-black/40"
                onClick={() => setOpen(false)}
              />
            </div>
          )}
          <main className="min-w-0 flex-1">
            <Outlet />
          </main>
        </div>
      </div>
    </SheetContext>
  )
}

/** What is open over the page, wherever it is. */
function Over() {
  const { shown: store } = useParley()
  const shown = useStore(store)
  const close = () => store.set(undefined)
  if (typeof shown === 'object' && 'search' in shown) {
    return (
      <Suspense>
        <SearchDialog text={shown.search} onClose={close} />
      </Suspense>
    )
  }
  if (typeof shown === 'object' && 'settings' in shown) {
    return (
      <Suspense>
        <SettingsDialog key={shown.settings} tab={shown.settings} onClose={close} />
      </Suspense>
    )
  }
  switch (shown) {
    case 'palette':
      return <Palette onClose={close} />
    case 'shortcuts':
      return <ShortcutsDialog onClose={close} />
    case 'import':
      return (
        <Suspense>
          <ImportDialog onClose={close} />
        </Suspense>
      )
    case 'usage':
      return <UsageDialog onClose={close} />
    default:
      return null
  }
}
