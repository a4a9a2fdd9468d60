import type { BodyOf } from '@parley/history-client'
import type { AuditPage } from '@parley/protocol'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import type { Database } from '../schema/tables.ts'
import { requireAdministrator } from './administrator.ts'

/** Everything that concerns the safety of the installation or of a conversation. */
type AuditAction =
  | 'account.created'
  | 'account.deleted'
  | 'account.changed'
  | 'account.exported'
  | 'administrator.first'
  | 'conversation.deleted'
  | 'email.verified'
  | 'guest.admitted'
  | 'identity.added'
  | 'installation.changed'
  | 'invite.created'
  | 'invite.ended'
  | 'invite.used'
  | 'member.removed'
  | 'member.role'
  | 'message.held'
  | 'message.held.closed'
  | 'message.reported'
  | 'passkey.added'
  | 'passkey.copied'
  | 'passkey.removed'
  | 'password.changed'
  | 'password.reset'
  | 'report.closed'
  | 'session.reused'
  | 'sessions.ended'
  | 'share.created'
  | 'share.ended'
  | 'sign-in'
  | 'sign-in.failed'
  | 'token.created'
  | 'token.ended'

export type AuditEvent = {
  action: AuditAction
  actor?: string | undefined
  target?: string | undefined
  address?: string | undefined
  detail?: Record<string, unknown>
}

/** Writes down what happened: within the transaction that makes it happen, where there is one. */
export async function audit(
  db: Kysely<Database>,
  { action, actor, target, address, detail }: AuditEvent,
): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      action,
      actor: actor ?? null,
      target: target ?? null,
      address: address ?? null,
      detail: detail ? JSON.stringify(detail) : null,
    })
    .execute()
}

/** The log as administrators read it. */
export function createAuditReads({ db }: Pick<Deps, 'db'>) {
  return {
    /** The newest first. */
    async readAudit({ actor, before, limit }: BodyOf<'readAudit'>): Promise<AuditPage> {
      await requireAdministrator(db, actor)
      const rows = await db
        .selectFrom('audit')
        .leftJoin('users', 'users.id', 'audit.actor')
        .select(['audit.id', 'at', 'actor', 'name', 'action', 'target', 'address', 'detail'])
        .$if(before !== undefined, (query) => query.where('audit.id', '<', before!))
        .orderBy('audit.id', 'desc')
        .limit(limit + 1)
        .execute()
      const entries = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }))
      return { entries, ...(rows.length > limit && { next: entries.at(-1)!.id }) }
    },
  }
}
