import { Refusal, type Role } from '@parley/protocol'
import { requireRole } from '../access.ts'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import { changing, type Held } from './changing.ts'
import { findMember, hasOtherOwner, joinedFrame, leave, writeMember } from './member.ts'

type Target = { actor: string; conversation: string; user: string }

/** Who belongs to a conversation, and as what. They come by invites. */
export function createMembers(deps: Pick<Deps, 'db' | 'announcements'>) {
  return { setRole, removeMember }

  async function setRole({ actor, conversation, user, role }: Target & { role: Role }) {
    const { seq, shown } = await changing(deps, { actor, conversation }, 'setRole', async (held) => {
      const current = await requireMember(held, user)
      if (current.role === 'owner' && role !== 'owner') await requireOtherOwner(held, user)
      await audit(held.trx, { action: 'member.role', actor, target: user, detail: { conversation, role } })
      return { seq: await writeMember(held, user, { role, left_at: null }), shown: held.conversation }
    })
    deps.announcements.toUser(user, joinedFrame(shown, role))
    return { seq }
  }

  /** Owners remove others; everybody may leave. */
  async function removeMember({ actor, conversation, user }: Target) {
    const result = await changing(deps, { actor, conversation }, 'read', async (held) => {
      requireRole(held.role, 'removeMember', actor === user ? 'own' : 'foreign')
      const current = await requireMember(held, user)
      if (current.role === 'owner') await requireOtherOwner(held, user)
      if (actor !== user) {
        await audit(held.trx, { action: 'member.removed', actor, target: user, detail: { conversation } })
        await held.trx // they shall not come back by a link of their own
          .deleteFrom('invites')
          .where('conversation_id', '=', conversation)
          .where('created_by', '=', user)
          .execute()
      }
      return { seq: await leave(held, user, current.role) }
    })
    deps.announcements.toUser(user, { type: 'left', conversation })
    return result
  }
}

async function requireMember({ trx, conversation }: Held, user: string): Promise<{ role: Role }> {
  const member = await findMember(trx, conversation.id, user)
  if (!member) throw new Refusal('member.not_found', 'This person is not a member.')
  return member
}

/** The last owner cannot go while others remain: somebody must be able to manage the conversation. */
async function requireOtherOwner(held: Held, user: string): Promise<void> {
  if (held.conversation.memberCount === 1 || (await hasOtherOwner(held, user))) return
  throw new Refusal('member.last_owner', 'Make somebody else an owner first.')
}
