import * as Dropdown from '@radix-ui/react-dropdown-menu'
import { Ellipsis } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../texts/texts.ts'

export type MenuItem = { label: string; icon: ReactNode; isDanger?: boolean; onSelect: () => void }

/** A button with three dots, and what it offers. */
export function Menu({ label, items, className = '' }: { label: string; items: MenuItem[]; className?: string }) {
  return (
    <Dropdown.Root modal={false} dir={document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'}>
      <Dropdown.Trigger
        aria-label={label}
        title={t('ui.more')}
        className={`flex size-9 items-center justify-center rounded-lg text-quiet hover:bg-line hover:text-text ${className}`}
      >
        <Ellipsis size={16} />
      </Dropdown.Trigger>
      {/* Before all that scrolls, and still in a landmark. */}
      <Dropdown.Portal container={document.querySelector('main')}>
        <Dropdown.Content
          align="end"
          className="z-30 min-w-44 rounded-xl border border-line bg-raised p-1 text-text shadow-raised"
        >
          {items.map(({ label: text, icon, isDanger, onSelect }) => (
            <Dropdown.Item
              key={text}
              onSelect={onSelect}
              className={`flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 outline-none data-highlighted:bg-sunken sm:min-h-9 ${isDanger ? 'text-danger' : ''}`}
            >
              {icon} {text}
            </Dropdown.Item>
          ))}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  )
}
