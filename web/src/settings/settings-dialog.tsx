import type { KeyboardEvent, ReactNode } from 'react'
import { t } from '../texts/texts.ts'
import { AppearanceChoices } from '../ui/appearance-choices.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { DataSettings } from './data-settings.tsx'
import { NotificationSettings } from './notification-settings.tsx'
import { ProfileSettings } from './profile-settings.tsx'
import { SecuritySettings } from './security-settings.tsx'

export type SettingsTab = 'profile' | 'security' | 'appearance' | 'notifications' | 'data'

const tabs: { name: SettingsTab; content: () => ReactNode }[] = [
  { name: 'profile', content: () => <ProfileSettings /> },
  { name: 'security', content: () => <SecuritySettings /> },
  { name: 'appearance', content: () => <AppearanceChoices /> },
  { name: 'notifications', content: () => <NotificationSettings /> },
  { name: 'data', content: () => <DataSettings /> },
]

type Props = { tab: SettingsTab; onTab: (tab: SettingsTab) => void; onClose: () => void }

/** What one sets for oneself, one page beside the other. */
export function SettingsDialog({ tab: shown, onTab, onClose }: Props) {
  const at = tabs.findIndex(({ name }) => name === shown)

  function onKeyDown(event: KeyboardEvent): void {
    const ahead = document.documentElement.dir === 'rtl' ? -1 : 1
    const step = { ArrowRight: ahead, ArrowDown: 1, ArrowLeft: -ahead, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = tabs[(at + step + tabs.length) % tabs.length]!
    onTab(next.name)
    document.getElementById(`tab-${next.name}`)?.focus()
  }

  return (
    <Dialog title={t('actions.settings')} onClose={onClose} wide>
      <div className="flex flex-col gap-4 sm:min-h-96 sm:flex-row sm:gap-8">
        <div
          role="tablist"
          aria-label={t('actions.settings')}
          aria-orientation="vertical"
          className="flex shrink-0 flex-wrap gap-1 sm:w-48 sm:flex-col"
          onKeyDown={onKeyDown}
        >
          {tabs.map(({ name }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={name === shown}
              aria-controls="settings-panel"
              tabIndex={name === shown ? 0 : -1}
              className={`min-h-11 rounded-lg px-3 text-start sm:min-h-9 ${name === shown ? 'bg-sunken font-medium' : 'text-quiet hover:bg-sunken'}`}
              onClick={() => onTab(name)}
            >
              {t(`settings.tabs.${name}`)}
            </button>
          ))}
        </div>
        <div role="tabpanel" id="settings-panel" aria-labelledby={`tab-${shown}`} className="min-w-0 flex-1">
          {tabs[at]?.content()}
        </div>
      </div>
    </Dialog>
  )
}
