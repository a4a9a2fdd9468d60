/** What belongs to a conversation, and goes with it. */
export type OfConversation = 'members' | 'invite' | 'rename'

/** What is open over the page. */
export type Shown =
  | 'palette'
  | 'shortcuts'
  | 'appearance'
  | 'usage'
  | { search: string }
  | { conversation: string; what: OfConversation }
  | undefined

/** What is open of this conversation. */
export function shownOf(shown: Shown, conversation: string): OfConversation | undefined {
  return isOfConversation(shown) && shown.conversation === conversation ? shown.what : undefined
}

function isOfConversation(shown: Shown): shown is { conversation: string; what: OfConversation } {
  return typeof shown === 'object' && 'conversation' in shown
}
