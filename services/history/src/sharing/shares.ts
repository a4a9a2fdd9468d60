import type { BodyOf, ResponseOf } from '@parley/history-client'
import { limits, type Message, Refusal, type SharedMessage, shownBranch } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { notFound, requireRole } from '../access.ts'
import { audit } from '../administration/audit.ts'
import { changing } from '../conversations/changing.ts'
import { findMember } from '../conversations/member.ts'
import { takeBack } from '../conversations/take-back.ts'
import type { Deps } from '../deps.ts'
import { type MessageRow, selectMessage, toMessage } from '../messages/rows.ts'
import type { Database } from '../schema/tables.ts'
import { requireAccount } from '../sessions/user.ts'

const pageMessages = 100
/** Of other branches between, as many rows are passed over for one page. */
const maxRows = 4_000

/** Public links to a conversation as it is up to a message: whoever has one reads, and sees nothing of the members but names. */
export function createShares(deps: Pick<Deps, 'db' | 'announcements'>) {
  const { db } = deps
  return {
    createShare,
    listShares,
    deleteShare: ({ share, ...at }: BodyOf<'deleteShare'>) => takeBack(db, 'shares', { ...at, id: share }),
    readShare,
  }

  async function createShare({ actor, conversation, ...share }: BodyOf<'createShare'>): Promise<object> {
    return changing(deps, { actor, conversation }, 'invite', async ({ trx, conversation: { tip } }) => {
      await requireAccount(trx, actor)
      const message = share.message ?? tip
      const found = message !== null && (await findSeq(trx, conversation, message))
      if (!found) throw new Refusal('message.not_found', 'There is no such message to share.')
      const { count } = await trx
        .selectFrom('shares')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('conversation_id', '=', conversation)
        .executeTakeFirstOrThrow()
      if (count >= limits.shares) throw new Refusal('share.too_many', 'Take another link back first.')
      await trx
        .insertInto('shares')
        .values({
          id: share.id,
          token_hash: share.tokenHash,
          conversation_id: conversation,
          message_id: message,
          created_by: actor,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await audit(trx, { action: 'share.created', actor, target: conversation, detail: { share: share.id } })
      return {}
    })
  }

  async function listShares({ actor, conversation }: BodyOf<'listShares'>): Promise<ResponseOf<'listShares'>> {
    requireRole((await findMember(db, conversation, actor))?.role, 'invite')
    const rows = await db
      .selectFrom('shares')
      .innerJoin('users', 'users.id', 'shares.created_by')
      .select(['shares.id', 'users.name', 'shares.created_at'])
      .where('conversation_id', '=', conversation)
      .orderBy('shares.created_at', 'desc')
      .execute()
    return { shares: rows.map(({ id, name, created_at }) => ({ id, by: name, createdAt: created_at.toISOString() })) }
  }

  /** A page of what is shared, the newest first; `before` is the message before which the next page ends. */
  async function readShare({ tokenHash, before }: BodyOf<'readShare'>): Promise<ResponseOf<'readShare'>> {
    const share = await db
      .selectFrom('shares')
      .innerJoin('conversations', 'conversations.id', 'shares.conversation_id')
      .select(['conversation_id', 'message_id', 'title', 'assistants', 'shares.created_at'])
      .where('token_hash', '=', tokenHash)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!share) throw new Refusal('share.not_found', 'This link is not valid, or was taken back.')
    const { conversation_id: conversation, message_id: last } = share
    const way = await loadWay(db, conversation, before ?? last)
    // A page of another conversation, or after what is shared, is none of this share.
    const end = await findSeq(db, conversation, last)
    if (way.some(({ seq }) => seq > (end ?? 0))) throw notFound()
    const shown = way.slice(-pageMessages)
    const next = shown[0]?.parent
    const names = await namesOf(db, shown)
    const assistants = new Map(share.assistants.map(({ id, name }) => [id, name]))
    const messages = shown.map((message): SharedMessage => {
      const { id, role, content, parts, model, createdAt, deletedAt } = message
      const author = role === 'user' ? names.get(message.author ?? '') : assistants.get(message.assistant ?? '')
      return {
        id,
        role,
        author: author ?? null,
        content,
        createdAt,
        deletedAt,
        ...(parts && { parts }),
        ...(model && { model }),
      }
    })
    return { title: share.title, sharedAt: share.created_at.toISOString(), messages, ...(next && { next }) }
  }
}

async function findSeq(db: Kysely<Database>, conversation: string, message: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('messages')
    .select('seq')
    .where('conversation_id', '=', conversation)
    .where('id', '=', message)
    .executeTakeFirst()
  return row?.seq
}

/** The shown branch back from a message, at least a page of it where there is as much. */
async function loadWay(db: Kysely<Database>, conversation: string, last: string): Promise<Message[]> {
  let messages: Message[] = []
  for (let until = await findSeq(db, conversation, last); until !== undefined && messages.length < maxRows; ) {
    const { rows } = await sql<MessageRow>`
      ${selectMessage} from messages m where m.conversation_id = ${conversation} and m.seq <= ${until}
      order by m.seq desc limit ${pageMessages}`.execute(db)
    messages = [...rows.reverse().map(toMessage), ...messages]
    const way = shownBranch(messages, last)
    if (way.length >= pageMessages || rows.length < pageMessages) return way
    until = rows[0]!.seq - 1
  }
  return shownBranch(messages, last)
}

async function namesOf(db: Kysely<Database>, messages: Message[]): Promise<Map<string, string>> {
  const ids = [...new Set(messages.flatMap(({ author }) => author ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('users').select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
