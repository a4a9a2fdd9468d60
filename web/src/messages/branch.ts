import type { ConversationState } from '@parley/client'
import { areVersions, type Message, shownBranch, versionsOf } from '@parley/protocol'
import { useMemo } from 'react'

const none: Message[] = []

/** What of a conversation is shown, in its order, and the versions that there are of a message. */
export function useBranch({ messages, tip }: Pick<ConversationState, 'messages' | 'tip'>): {
  shown: Message[]
  versionsOf: (message: Message) => Message[]
  /** Whether an assistant was asked by a message. */
  isPrompt: (message: Message) => boolean
} {
  return useMemo(() => {
    const shown = shownBranch(messages, tip)
    const prompts = new Set(messages.flatMap(({ role, parent }) => (role === 'assistant' ? (parent ?? []) : [])))
    const forked = messages.filter(({ aside }) => aside)
    return {
      shown,
      isPrompt: ({ id }) => prompts.has(id),
      versionsOf: (message) =>
        forked.some((other) => areVersions(other, message)) ? versionsOf(messages, message) : none,
    }
  }, [messages, tip])
}
