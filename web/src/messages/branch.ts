import type { ConversationState } from '@parley/client'
import { areVersions, type Message, shownBranch } from '@parley/protocol'
import { useMemo } from 'react'

const none: Message[] = []

/** What of a conversation is shown, in its order, and the versions that there are of a message. */
export function useBranch({ messages, tip }: Pick<ConversationState, 'messages' | 'tip'>): {
  shown: Message[]
  versionsOf: (message: Message) => Message[]
} {
  return useMemo(() => {
    const shown = shownBranch(messages, tip)
    const forked = messages.filter(({ aside }) => aside)
    return {
      shown,
      versionsOf: (message) =>
        forked.some((other) => areVersions(other, message))
          ? messages.filter((other) => areVersions(other, message))
          : none,
    }
  }, [messages, tip])
}
