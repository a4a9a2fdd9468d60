import type { ConversationState } from '@parley/client'
import type { Role } from '@parley/protocol'

/** What somebody is in a conversation; who is not known there may read it at most. */
export function roleIn({ members }: ConversationState, user: string): Role {
  return members[user]?.role ?? 'viewer'
}
