import type { ConversationState } from '@parley/client'
import type { Message } from '@parley/protocol'
import { listOf, t } from '../texts/texts.ts'
import { dayName } from '../ui/time.ts'

/** Of those who have read a message, as many are named. */
const maxNames = 3

/** The day that begins. */
export function Day({ iso }: { iso: string }) {
  return (
    <p className="py-4 text-center text-sm text-quiet">
      <time dateTime={iso.slice(0, 10)}>{dayName(iso)}</time>
    </p>
  )
}

/** Who else has read the newest message. */
export function Seen({
  message,
  members,
  reader,
}: {
  message: Message | undefined
  members: ConversationState['members']
  reader: string
}) {
  const names = Object.values(members)
    .filter(
      ({ user, left, lastReadSeq }) =>
        !left && user !== reader && user !== message?.author && lastReadSeq >= (message?.seq ?? 0),
    )
    .map(({ name }) => name)
  if (!message || names.length === 0) return null
  const others = names.length - maxNames
  const named = listOf(names.slice(0, maxNames))
  return (
    <p className="mt-1 text-end text-sm text-quiet">
      {others > 0
        ? t('conversation.seenByMore', { names: named, count: others })
        : t('conversation.seenBy', { names: named })}
    </p>
  )
}

/** Where the new messages begin. */
export function NewLine() {
  return (
    <p className="flex items-center gap-3 py-2 text-sm font-medium text-danger">
      <span className="h-px flex-1 bg-danger/40" /> {t('conversation.new')}{' '}
      <span className="h-px flex-1 bg-danger/40" />
    </p>
  )
}

/** What stands where nothing was said yet. */
export function Empty() {
  return (
    <div className="py-24 text-center">
      <p className="text-lg font-semibold">{t('conversation.empty')}</p>
      <p className="mt-1 text-quiet">{t('conversation.emptyText')}</p>
    </div>
  )
}
