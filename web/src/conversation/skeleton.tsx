import { t } from '../texts/texts.ts'
/** The shape of a conversation while it is on its way. */
export function Skeleton() {
  return (
    <div className="flex min-h-0 flex-1 flex-col" role="status" aria-label={t('conversation.loading')}>
      <div className="h-14 border-b border-line" />
      <div className="mx-auto flex w-full max-w-[72ch] flex-1 flex-col justify-end gap-6 px-4 py-6">
        {[70, 90, 50].map((width) => (
          <div key={width} className="flex gap-3 opacity-60">
            <div className="size-8 rounded-full bg-line" />
            <div className="h-12 rounded-lg bg-line" style={{ width: `${width}%` }} />
          </div>
        ))}
      </div>
    </div>
  )
}
