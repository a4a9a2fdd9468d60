import type { SettingsTab } from '../settings/settings-dialog.tsx'

/** What belongs to a conversation, and goes with it. */
export type OfConversation = 'members' | 'invite' | 'rename' | 'share' | 'report'

/** What is open over the page. */
export type Shown =
  | 'palette'
  | 'shortcuts'
  | { settings: SettingsTab }
  | 'administration'
  | 'usage'
  | 'import'
  | { search: string }
  | { conversation: string; what: OfConversation; message?: string }
  | undefined

/** What is open of this conversation. */
export function shownOf(shown: Shown, conversation: string): OfConversation | undefined {
  return isOfConversation(shown) && shown.conversation === conversation ? shown.what : undefined
}

/** The message that it is about. */
export function messageOf(shown: Shown): string | undefined {
  return isOfConversation(shown) ? shown.message : undefined
}

function isOfConversation(shown: Shown): shown is { conversation: string; what: OfConversation; message?: string } {
  return typeof shown === 'object' && 'conversation' in shown
}
