import type { ReactNode } from 'react'
import { t } from '../texts/texts.ts'
import { AppearanceChoices } from '../ui/appearance-choices.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { AssistantSettings } from './assistant-settings.tsx'
import { DataSettings } from './data-settings.tsx'
import { NotificationSettings } from './notification-settings.tsx'
import { ProfileSettings } from './profile-settings.tsx'
import { SecuritySettings } from './security-settings.tsx'

export type SettingsTab = 'profile' | 'security' | 'assistant' | 'appearance' | 'notifications' | 'data'

const tabs: { name: SettingsTab; content: () => ReactNode }[] = [
  { name: 'profile', content: () => <ProfileSettings /> },
  { name: 'security', content: () => <SecuritySettings /> },
  { name: 'assistant', content: () => <AssistantSettings /> },
  { name: 'appearance', content: () => <AppearanceChoices /> },
  { name: 'notifications', content: () => <NotificationSettings /> },
  { name: 'data', content: () => <DataSettings /> },
]

type Props = { tab: SettingsTab; onTab: (tab: SettingsTab) => void; onClose: () => void }

/** What one sets for oneself, one page beside the other. */
export function SettingsDialog({ tab, onTab, onClose }: Props) {
  return (
    <Dialog title={t('actions.settings')} onClose={onClose} wide>
      <Tabs
        label={t('actions.settings')}
        tabs={tabs.map((each) => ({ ...each, label: t(`settings.tabs.${each.name}`) }))}
        shown={tab}
        onShow={onTab}
      />
    </Dialog>
  )
}
