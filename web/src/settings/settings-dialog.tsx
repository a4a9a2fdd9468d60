import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { AppearanceChoices } from '../ui/appearance-choices.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { DataSettings } from './data-settings.tsx'
import { NotificationSettings } from './notification-settings.tsx'
import { ProfileSettings } from './profile-settings.tsx'
import { SecuritySettings } from './security-settings.tsx'

export type SettingsTab = 'profile' | 'security' | 'appearance' | 'notifications' | 'data'

const tabs: { name: SettingsTab; label: string; content: () => ReactNode }[] = [
  { name: 'profile', label: 'Profile', content: () => <ProfileSettings /> },
  { name: 'security', label: 'Password and sessions', content: () => <SecuritySettings /> },
  { name: 'appearance', label: 'Appearance', content: () => <AppearanceChoices /> },
  { name: 'notifications', label: 'Notifications', content: () => <NotificationSettings /> },
  { name: 'data', label: 'Your data', content: () => <DataSettings /> },
]

/** What one sets for oneself, one page beside the other. */
export function SettingsDialog({ tab, onClose }: { tab: SettingsTab; onClose: () => void }) {
  const [shown, setShown] = useState(tab)
  const at = tabs.findIndex(({ name }) => name === shown)

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = tabs[(at + step + tabs.length) % tabs.length]!
    setShown(next.name)
    document.getElementById(`tab-${next.name}`)?.focus()
  }

  return (
    <Dialog title="Settings" onClose={onClose} wide>
      <div className="flex flex-col gap-4 sm:min-h-96 sm:flex-row sm:gap-8">
        <div
          role="tablist"
          aria-label="Settings"
          aria-orientation="vertical"
          className="flex shrink-0 flex-wrap gap-1 sm:w-48 sm:flex-col"
          onKeyDown={onKeyDown}
        >
          {tabs.map(({ name, label }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={name === shown}
              aria-controls="settings-panel"
              tabIndex={name === shown ? 0 : -1}
              className={`min-h-11 rounded-lg px-3 text-start sm:min-h-9 ${name === shown ? 'bg-sunken font-medium' : 'text-quiet hover:bg-sunken'}`}
              onClick={() => setShown(name)}
            >
              {label}
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
