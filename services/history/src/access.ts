import { Refusal, type Role } from '@parley/protocol'

/** What somebody may want to do in a conversation. The one place where rights are decided. */
export type Action =
  | 'read'
  | 'send'
  | 'react'
  | 'stop'
  | 'invite'
  | 'configure'
  | 'moderate'
  | 'manageMembers'
  | 'delete'

const may: Record<Role, ReadonlySet<Action>> = {
  owner: new Set<Action>([
    'read',
    'send',
    'react',
    'stop',
    'invite',
    'configure',
    'moderate',
    'manageMembers',
    'delete',
  ]),
  member: new Set<Action>(['read', 'send', 'react', 'stop', 'invite', 'configure']),
  viewer: new Set<Action>(['read']),
}

/** Whether a role includes an action. */
export function allows(role: Role, action: Action): boolean {
  return may[role].has(action)
}

/**
 * Ends in a refusal unless a member's role includes the action. Who is no member, and who asks for a conversation that
 * does not exist, get the same answer.
 */
export function requireRole(role: Role | undefined, action: Action): asserts role is Role {
  if (role === undefined) throw notFound()
  if (!allows(role, action))
    throw new Refusal('access.forbidden', 'Your role in this conversation does not allow that.')
}

/** The one answer for conversations that are not there or not yours. */
export function notFound(): Refusal {
  return new Refusal('conversation.not_found', 'There is no such conversation, or you are not a member of it.')
}
