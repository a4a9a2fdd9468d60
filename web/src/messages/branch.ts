import type { ConversationState, Past } from '@parley/client'
import { areVersions, type Message, shownBranch, versionsOf } from '@parley/protocol'
import { useMemo } from 'react'

const none: Message[] = []

/** What of a conversation is shown, in its order, and the versions that there are of a message. */
export function useBranch(state: Pick<ConversationState, 'messages' | 'tip' | 'past'>): {
  shown: Message[]
  versionsOf: (message: Message) => Message[]
  /** Whether an assistant was asked by a message. */
  isPrompt: (message: Message) => boolean
} {
  const messages = state.past?.messages ?? state.messages
  const tip = state.past ? tipOf(state.past) : state.tip
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

/** Where the branch ends that shows a message of long ago: with itself where another version is shown now. */
function tipOf({ target, messages }: Past): string | null {
  const wanted = messages.find(({ seq }) => seq === target)
  if (wanted?.aside) return wanted.id
  return (messages.findLast(({ aside }) => !aside) ?? messages.at(-1))?.id ?? null
}
