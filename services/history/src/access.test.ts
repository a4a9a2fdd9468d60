import { Refusal, type Role } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { type Action, actions, allows, requireRole, type Whose } from './access.ts'

/** Who may do what with what is their own, and with what is another's: o(wner), m(ember), v(iewer). */
const table: Record<Action, Record<Whose, string>> = {
  read: { own: 'omv', foreign: 'omv' },
  send: { own: 'om', foreign: 'om' },
  react: { own: 'om', foreign: 'om' },
  stop: { own: 'om', foreign: 'om' },
  invite: { own: 'om', foreign: 'om' },
  configure: { own: 'om', foreign: 'om' },
  editMessage: { own: 'om', foreign: '' },
  deleteMessage: { own: 'omv', foreign: 'o' },
  takeBackLink: { own: 'om', foreign: 'o' },
  setRole: { own: 'o', foreign: 'o' },
  removeMember: { own: 'omv', foreign: 'o' },
  deleteConversation: { own: 'o', foreign: 'o' },
}
const roles: Role[] = ['owner', 'member', 'viewer']

describe.each(actions)('who may %s', (action) => {
  it.each(['own', 'foreign'] as const)('of what is %s', (whose) => {
    const allowed = roles.filter((role) => allows(role, action, whose))
    expect(allowed.map((role) => role[0]).join('')).toBe(table[action][whose])
    for (const role of roles) {
      const ask = () => requireRole(role, action, whose)
      if (allowed.includes(role)) expect(ask).not.toThrow()
      else expect(ask).toThrow(expect.objectContaining({ code: 'access.forbidden' }))
    }
    expect(() => requireRole(undefined, action, whose)).toThrow(Refusal)
    expect(() => requireRole(undefined, action, whose)).toThrow(
      expect.objectContaining({ code: 'conversation.not_found' }),
    )
  })
})
