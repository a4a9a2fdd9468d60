import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Palette } from '../commands/palette.tsx'
import { useShortcuts } from '../commands/use-shortcuts.ts'
import { preloadMarkdown } from '../messages/markdown.tsx'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { later, loadLaterOnes } from '../ui/later.tsx'
import { Toast } from '../ui/toast.tsx'
import { ConnectionLine } from './connection-line.tsx'
import { ConversationList } from './conversation-list.tsx'
import { usePageTitle } from './page-title.ts'
import { SheetContext } from './sheet.ts'

const ShortcutsDialog = later(async () => (await import('../commands/shortcuts-dialog.tsx')).ShortcutsDialog)
const UsageDialog = later(async () => (await import('./usage-dialog.tsx')).UsageDialog)
const SearchDialog = later(async () => (await import('../search/search-dialog.tsx')).SearchDialog)
const ImportDialog = later(async () => (await import('../sharing/import-dialog.tsx')).ImportDialog)
const SettingsDialog = later(async () => (await import('../settings/settings-dialog.tsx')).SettingsDialog)
const AdministrationDialog = later(
  async () => (await import('../administration/administration-dialog.tsx')).AdministrationDialog,
)

/** The page of a signed-in person: the list beside the conversation; on small screens the list is a sheet. */
export function Layout() {
  useShortcuts()
  usePageTitle()
  useEffect(preloadMarkdown, [])
  useEffect(loadLaterOnes, [])
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
                aria-label={t('conversations.hide')}
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
    return <SearchDialog text={shown.search} onClose={close} />
  }
  if (typeof shown === 'object' && 'settings' in shown) {
    return <SettingsDialog tab={shown.settings} onTab={(settings) => store.set({ settings })} onClose={close} />
  }
  switch (shown) {
    case 'palette':
      return <Palette onClose={close} />
    case 'shortcuts':
      return <ShortcutsDialog onClose={close} />
    case 'import':
      return <ImportDialog onClose={close} />
    case 'administration':
      return <AdministrationDialog onClose={close} />
    case 'usage':
      return <UsageDialog onClose={close} />
    default:
      return null
  }
}
