import type { ConversationState } from '@parley/client'
import type { OpenConversation } from '../parley/open-conversation.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'

/** Who is typing now. It keeps its place when nobody is, so that nothing jumps. */
export function TypingLine({ open, state }: { open: OpenConversation; state: ConversationState }) {
  const typing = useStore(open.typing)
  const names = Object.keys(typing).flatMap((user) => state.members[user]?.name ?? [])
  return (
    <p aria-live="polite" className="mx-auto h-6 w-full max-w-[76ch] truncate px-4 text-sm text-quiet">
      {sentence(names)}
    </p>
  )
}

function sentence([name, other, ...others]: string[]): string {
  if (!name) return ''
  if (!other) return t('conversation.isTyping', { name })
  if (others.length === 0) return t('conversation.areTyping', { name, other })
  return t('conversation.othersTyping', { name, count: others.length + 1 })
}
