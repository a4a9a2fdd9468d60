import { useEffect } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { Button } from './button.tsx'

const seenForMs = 8_000

/** What was just done, for a moment, with the way back beside it. */
export function Toast() {
  const { notice } = useParley()
  const shown = useStore(notice)
  useEffect(() => {
    if (!shown) return
    const timer = setTimeout(() => notice.set(undefined), seenForMs)
    return () => clearTimeout(timer)
  }, [notice, shown])

  return (
    <output aria-live="polite" className="fixed bottom-20 left-1/2 z-40 -translate-x-1/2">
      {shown && (
        <span className="flex min-h-11 items-center gap-2 rounded-xl border border-line bg-raised py-1 ps-4 pe-1 shadow-raised">
          {shown.text}
          <Button
            kind="quiet"
            className="text-accent!"
            onClick={() => {
              shown.undo?.()
              notice.set(undefined)
            }}
          >
            {shown.undo ? t('ui.undo') : t('ui.close')}
          </Button>
        </span>
      )}
    </output>
  )
}
