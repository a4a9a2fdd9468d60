import type { BodyOf, ResponseOf } from '@parley/history-client'
import { type Conversation, limits, Refusal } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { requireRole } from '../access.ts'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { requireAccount } from '../sessions/user.ts'
import { changing, changingAsSystem, type Held } from './changing.ts'
import { countMembers, findMember, joinedFrame, writeMember } from './member.ts'
import { takeBack } from './take-back.ts'

const isUsedUp = sql<boolean>`coalesce(invites.uses >= invites.max_uses, false)`
const isInTime = sql<boolean>`(invites.expires_at > now())`

/** Invite links: whoever has one may become a member, until it expires, is used up, or is taken back. */
export function createInvites(deps: Pick<Deps, 'db' | 'announcements'>) {
  const { db } = deps
  return {
    createInvite,
    listInvites,
    deleteInvite: ({ invite, ...at }: BodyOf<'deleteInvite'>) => takeBack(db, 'invites', { ...at, id: invite }),
    previewInvite,
    acceptInvite,
  }

  async function createInvite(invite: BodyOf<'createInvite'>): Promise<object> {
    return changing(deps, invite, 'invite', async (held) => {
      const { trx, conversation } = held
      await requireAccount(trx, invite.actor)
      await makeRoom(held)
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

  /** Those that work, the newest first. */
  async function listInvites({ actor, conversation }: BodyOf<'listInvites'>): Promise<ResponseOf<'listInvites'>> {
    requireRole((await findMember(db, conversation, actor))?.role, 'invite')
    const rows = await db
      .selectFrom('invites')
      .innerJoin('users', 'users.id', 'invites.created_by')
      .select(['invites.id', 'name', 'role', 'expires_at', 'uses', 'max_uses', 'guests'])
      .where('conversation_id', '=', conversation)
      .where(isInTime)
      .where(isUsedUp, '=', false)
      .orderBy('invites.created_at', 'desc')
      .execute()
    return {
      invites: rows.map(({ id, name, role, expires_at, uses, max_uses, guests }) => ({
        id,
        by: name,
        role,
        expiresAt: expires_at.toISOString(),
        uses,
        ...(max_uses !== null && { maxUses: max_uses }),
        guests,
      })),
    }
  }

  async function previewInvite({ tokenHash }: BodyOf<'previewInvite'>): Promise<ResponseOf<'previewInvite'>> {
    const { title, member_count, role, used_up, guests } = await requireInvite(tokenHash)
    if (used_up) throw notInvited()
    return { title, memberCount: member_count, role, guests }
  }

  /** Makes the actor a member. Who is one already stays what they are. */
  async function acceptInvite({ actor, tokenHash }: BodyOf<'acceptInvite'>): Promise<ResponseOf<'acceptInvite'>> {
    const { conversation_id: conversation, role } = await requireInvite(tokenHash)
    const joined = await changingAsSystem(deps, conversation, async (held) => {
      const { used_up } = await requireInvite(tokenHash, held.trx) // as it is now that it is locked
      if (await findMember(held.trx, conversation, actor)) return undefined
      if (used_up) throw notInvited()
      if (held.conversation.memberCount >= limits.conversationMembers) {
        throw new Refusal('conversation.full', 'This conversation has all the members it can have.')
      }
      const { numUpdatedRows } = await held.trx
        .updateTable('invites')
        .set(({ eb }) => ({ uses: eb('uses', '+', 1) }))
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw notInvited() // it was just taken back
      await countMembers(held, 1)
      await writeMember(held, actor, { role, left_at: null })
      await audit(held.trx, { action: 'invite.used', actor, target: conversation })
      return { ...held.conversation, memberCount: held.conversation.memberCount + 1 }
    })
    if (!joined) return { conversation }
    if (joined.memberCount === limits.directBumpMembers + 1) await tellAll(joined)
    else deps.announcements.toUser(actor, joinedFrame(joined, role))
    return { conversation }
  }

  async function requireInvite(tokenHash: string, db: Kysely<Database> = deps.db) {
    const invite = await db
      .selectFrom('invites')
      .innerJoin('conversations', 'conversations.id', 'invites.conversation_id')
      .select(['conversation_id', 'title', 'member_count', 'role', 'guests', isUsedUp.as('used_up')])
      .where('token_hash', '=', tokenHash)
      .where(isInTime)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!invite) throw notInvited()
    return invite
  }

  /** The conversation has just become large: its members' nodes have to hear its list updates from now on. */
  async function tellAll(conversation: Conversation): Promise<void> {
    const members = await db
      .selectFrom('members')
      .select(['user_id', 'role'])
      .where('conversation_id', '=', conversation.id)
      .where('left_at', 'is', null)
      .execute()
    for (const { user_id, role } of members) deps.announcements.toUser(user_id, joinedFrame(conversation, role))
  }
}

/** Forgets what has expired, and refuses more than there may be of those that work. */
async function makeRoom({ trx, conversation }: Held): Promise<void> {
  await trx.deleteFrom('invites').where('conversation_id', '=', conversation.id).where(isInTime, '=', false).execute()
  const { count } = await trx
    .selectFrom('invites')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('conversation_id', '=', conversation.id)
    .where(isUsedUp, '=', false)
    .executeTakeFirstOrThrow()
  if (count >= limits.invites) throw new Refusal('invite.too_many', 'Take another link back first.')
}

function notInvited(): Refusal {
  return new Refusal('invite.not_found', 'This invite link is not valid, was used up, or has expired.')
}
