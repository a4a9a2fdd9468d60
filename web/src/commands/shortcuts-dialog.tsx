import type texts from '../texts/en.json'
import { t } from '../texts/texts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { commandKey } from './actions.tsx'

const rows: [string, keyof typeof texts.shortcuts][] = [
  [`${commandKey} K`, 'find'],
  [`${commandKey} Shift F`, 'search'],
  [`${commandKey} Shift O`, 'new'],
  ['Alt ↑ / Alt ↓', 'step'],
  ['Enter', 'send'],
  ['Shift Enter', 'newLine'],
  ['↑', 'editLast'],
  ['@  /  :', 'suggest'],
  ['Escape', 'close'],
  ['?', 'list'],
]

/** The keys that work everywhere. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('actions.keys')} onClose={onClose}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-2 sm:gap-x-6">
        {rows.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd
                dir="ltr"
                className="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-sm whitespace-nowrap"
              >
                {keys}
              </kbd>
            </dt>
            <dd className="break-words">{t(`shortcuts.${does}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
