import { type ReactNode, useState } from 'react'
import { t } from '../texts/texts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Accounts } from './accounts.tsx'
import { Audit } from './audit.tsx'
import { InstallationSettings } from './installation-settings.tsx'
import { Reports } from './reports.tsx'

type Tab = 'accounts' | 'reports' | 'installation' | 'audit'

const tabs: { name: Tab; content: () => ReactNode }[] = [
  { name: 'accounts', content: () => <Accounts /> },
  { name: 'reports', content: () => <Reports /> },
  { name: 'installation', content: () => <InstallationSettings /> },
  { name: 'audit', content: () => <Audit /> },
]

/** What those see and do who administer the installation. */
export function AdministrationDialog({ onClose }: { onClose: () => void }) {
  const [tab, setTab] = useState<Tab>('accounts')
  return (
    <Dialog title={t('actions.administration')} onClose={onClose} wide>
      <Tabs
        label={t('actions.administration')}
        tabs={tabs.map((each) => ({ ...each, label: t(`administration.tabs.${each.name}`) }))}
        shown={tab}
        onShow={setTab}
      />
    </Dialog>
  )
}
