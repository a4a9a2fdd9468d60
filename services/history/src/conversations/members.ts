import { type Conversation, limits, Refusal, type Role } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { requireRole } from '../access.ts'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { requireAccount } from '../sessions/user.ts'
import { changing, changingAsSystem, type Held } from './changing.ts'
import { countMembers, findMember, hasOtherOwner, joinedFrame, leave, writeMember } from './member.ts'

type Target = { actor: string; conversation: string; user: string }

/** Who belongs to a conversation, and as what. */
export function createMembers(deps: Pick<Deps, 'db' | 'announcements'>) {
  return { setRole, removeMember, createInvite, previewInvite, acceptInvite }

  async function setRole({ actor, conversation, user, role }: Target & { role: Role }) {
    const { seq, shown } = await changing(deps, { actor, conversation }, 'setRole', async (held) => {
      const current = await requireMember(held, user)
      if (current.role === 'owner' && role !== 'owner') await requireOtherOwner(held, user)
      await audit(held.trx, { action: 'member.role', actor, target: user, detail: { conversation, role } })
      return { seq: await writeMember(held, user, { role, left_at: null }), shown: held.conversation }
    })
    tellJoined(shown, user, role)
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
      }
      return { seq: await leave(held, user, current.role) }
    })
    deps.announcements.toUser(user, { type: 'left', conversation })
    return result
  }

  async function createInvite(invite: {
    actor: string
    conversation: string
    role: 'member' | 'viewer'
    tokenHash: string
    expiresAt: string
    maxUses?: number | undefined
    guests?: boolean | undefined
  }) {
    return changing(deps, invite, 'invite', async ({ trx, conversation }) => {
      await requireAccount(trx, invite.actor)
      await trx
        .insertInto('invites')
        .values({
          token_hash: invite.tokenHash,
          conversation_id: conversation.id,
          role: invite.role,
          created_by: invite.actor,
          expires_at: new Date(invite.expiresAt),
          max_uses: invite.maxUses ?? null,
          guests: invite.guests ?? false,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const detail = { role: invite.role, guests: invite.guests ?? false }
      await audit(trx, { action: 'invite.created', actor: invite.actor, target: conversation.id, detail })
      return {}
    })
  }

  async function previewInvite({ tokenHash }: { tokenHash: string }) {
    const { title, member_count, role, used_up, guests } = await requireInvite(tokenHash)
    if (used_up) throw notInvited()
    return { title, memberCount: member_count, role, guests }
  }

  /** Makes the actor a member. Who is one already stays what they are. */
  async function acceptInvite({ actor, tokenHash }: { actor: string; tokenHash: string }) {
    const { conversation_id: conversation, role } = await requireInvite(tokenHash)
    const joined = await changingAsSystem(deps, conversation, async (held) => {
      const { used_up } = await requireInvite(tokenHash, held.trx) // as it is now that it is locked
      const current = await held.trx
        .selectFrom('members')
        .select('left_at')
        .where('conversation_id', '=', conversation)
        .where('user_id', '=', actor)
        .executeTakeFirst()
      if (current && current.left_at === null) return undefined
      if (used_up) throw notInvited()
      if (held.conversation.memberCount >= limits.conversationMembers) {
        throw new Refusal('conversation.full', 'This conversation has all the members it can have.')
      }
      await sql`update invites set uses = uses + 1 where token_hash = ${tokenHash}`.execute(held.trx)
      await countMembers(held, 1)
      await writeMember(held, actor, { role, left_at: null })
      await audit(held.trx, { action: 'invite.used', actor, target: conversation })
      return { ...held.conversation, memberCount: held.conversation.memberCount + 1 }
    })
    if (!joined) return { conversation }
    if (joined.memberCount === limits.directBumpMembers + 1) await tellAll(joined)
    else tellJoined(joined, actor, role)
    return { conversation }
  }

  async function requireInvite(tokenHash: string, db: Kysely<Database> = deps.db) {
    const invite = await db
      .selectFrom('invites')
      .innerJoin('conversations', 'conversations.id', 'invites.conversation_id')
      .select([
        'conversation_id',
        'title',
        'member_count',
        'role',
        'guests',
        sql<boolean>`coalesce(uses >= max_uses, false)`.as('used_up'),
      ])
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', sql<Date>`now()`)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!invite) throw notInvited()
    return invite
  }

  /** The conversation has just become large: its members' nodes have to hear its list updates from now on. */
  async function tellAll(conversation: Conversation): Promise<void> {
    const members = await deps.db
      .selectFrom('members')
      .select(['user_id', 'role'])
      .where('conversation_id', '=', conversation.id)
      .where('left_at', 'is', null)
      .execute()
    for (const { user_id, role } of members) tellJoined(conversation, user_id, role)
  }

  function tellJoined(conversation: Conversation, user: string, role: Role): void {
    deps.announcements.toUser(user, joinedFrame(conversation, role))
  }
}

function notInvited(): Refusal {
  return new Refusal('invite.not_found', 'This invite link is not valid, was used up, or has expired.')
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
