import { Refusal, type Role } from '@parley/protocol'

/** Whose a thing is that somebody wants to do something with: their own, or another's. */
export type Whose = 'own' | 'foreign'

type Rule = { own: readonly Role[]; foreign: readonly Role[] }

const everybody: readonly Role[] = ['owner', 'member', 'viewer']
const writers: readonly Role[] = ['owner', 'member']
const owners: readonly Role[] = ['owner']
const nobody: readonly Role[] = []
const forAll = (roles: readonly Role[]): Rule => ({ own: roles, foreign: roles })

/** Who may do what in a conversation. The one place where rights are decided; who is no member may do nothing. */
const rules = {
  read: forAll(everybody),
  send: forAll(writers),
  react: forAll(writers),
  /** End a reply, begin it anew, choose among versions. */
  stop: forAll(writers),
  invite: forAll(writers),
  /** Rename, set up assistants. */
  configure: forAll(writers),
  editMessage: { own: writers, foreign: nobody },
  deleteMessage: { own: everybody, foreign: owners },
  takeBackLink: { own: writers, foreign: owners },
  setRole: forAll(owners),
  /** Of oneself: to leave. */
  removeMember: { own: everybody, foreign: owners },
  deleteConversation: forAll(owners),
} satisfies Record<string, Rule>

/** What somebody may want to do in a conversation. */
export type Action = keyof typeof rules

export const actions = Object.keys(rules) as Action[]

/** Whether a role includes an action. */
export function allows(role: Role, action: Action, whose: Whose = 'foreign'): boolean {
  return rules[action][whose].includes(role)
}

/**
 * Ends in a refusal unless a member's role includes the action. Who is no member, and who asks for a conversation that
 * does not exist, get the same answer.
 *
 * @throws Refusal `conversation.not_found` or `access.forbidden`
 */
export function requireRole(role: Role | undefined, action: Action, whose: Whose = 'foreign'): asserts role is Role {
  if (role === undefined) throw notFound()
  if (allows(role, action, whose)) return
  throw new Refusal('access.forbidden', 'Your role in this conversation does not allow that.')
}

/** The one answer for conversations that are not there or not yours. */
export function notFound(): Refusal {
  return new Refusal('conversation.not_found', 'There is no such conversation, or you are not a member of it.')
}
