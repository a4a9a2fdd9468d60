import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'

/** One thin line that says so when the page is not live. Nothing is lost meanwhile, and it says that too. */
export function ConnectionLine() {
  const { status, connection } = useParley()
  const { state } = useStore(status)
  if (state === 'open') return null
  return (
    <output
      aria-live="polite"
      className="flex min-h-7 items-center justify-center gap-2 border-b border-line bg-accent-soft px-4 text-sm [animation:appear_150ms_1s_both]"
    >
      <span>{state === 'waiting' ? t('connection.waiting') : t('connection.connecting')}</span>
      {state === 'waiting' && (
        <button type="button" className="font-medium text-accent hover:underline" onClick={() => connection.retryNow()}>
          {t('connection.tryNow')}
        </button>
      )}
    </output>
  )
}
