import type { Assistant, Conversation } from '@parley/protocol'

type Here = Pick<Conversation, 'assistants' | 'memberCount'>

/** The assistants that can be asked here, first those that answer without being mentioned. */
export function speakingIn(conversation: Here): Assistant[] {
  const all = conversation.assistants.filter(({ left, mode }) => !left && mode !== 'off')
  return all.sort((a, b) => Number(answersAll(b, conversation)) - Number(answersAll(a, conversation)))
}

/** Whom a message would be for: who is mentioned in it, else who answers everything. */
export function addressedIn(conversation: Here, content: string): Assistant | undefined {
  const speaking = speakingIn(conversation)
  const mentions = new Set(Array.from(content.matchAll(/@([\p{L}\p{N}_]+)/gu), ([, handle]) => handle!.toLowerCase()))
  return (
    speaking.find(({ handle }) => mentions.has(handle)) ??
    speaking.find((assistant) => answersAll(assistant, conversation))
  )
}

function answersAll({ mode }: Assistant, { memberCount }: Here): boolean {
  return mode === 'always' || (mode === 'auto' && memberCount === 1)
}
