import { inSpan, markFrame, SpanKind } from '@parley/kit'
import { type Change, encodeFrame, type Frame, limits, topics } from '@parley/protocol'
import { sql } from 'kysely'
import type { Deps } from '../deps.ts'

/** News of one conversation are told to lists at once, and then not again for this long: what is open hears each change. */
const restMs = 2_000
const sweepEveryMs = 50
/** Conversations that are read together. */
const maxTogether = 500

export type Announcements = {
  /** Publishes committed changes, each already encoded as the frame that browsers receive. */
  changes(conversation: string, changes: Change[]): void
  /** Has chat nodes forget what they know of the conversation: who may read it has changed beside the log. */
  head(conversation: string, head: number): void
  /** Publishes a frame for those who look at the conversation now. */
  live(conversation: string, frame: Frame): void
  toUser(user: string, frame: Frame): void
  /** Tells the members' lists that the conversation has something new, soon and not too often. */
  bump(conversation: string): void
  close(): void
}

/** Tells the world what was committed. All of it is a hint: what is lost here is found in the log. */
export function createAnnouncements({
  relay,
  db,
  log,
  indexer,
}: Pick<Deps, 'relay' | 'db' | 'log' | 'indexer'>): Announcements {
  const bumps = createBumps({ relay, db, log })
  return {
    changes(conversation, changes) {
      if (changes.length === 0) return
      const attributes = { 'parley.conversation.id': conversation, 'parley.changes': changes.length }
      inSpan('publish', { kind: SpanKind.PRODUCER, onlyWithin: true, attributes }, () => {
        for (const change of changes) {
          const frame = encodeFrame({ type: 'change', conversation, change })
          relay.publish(topics.changes(conversation), markFrame(frame))
        }
      })
      bumps.bump(conversation)
      indexer.note(conversation)
    },
    head: (conversation, head) =>
      relay.publish(topics.changes(conversation), encodeFrame({ type: 'head', conversation, head })),
    live: (conversation, frame) => relay.publish(topics.live(conversation), encodeFrame(frame)),
    toUser: (user, frame) => relay.publish(topics.user(user), encodeFrame(frame)),
    ...bumps,
  }
}

type Bump = {
  id: string
  head_seq: number
  title: string
  preview: string
  active_at: Date
  /** Whom to tell; null where the conversation tells all of them on a topic of its own. */
  members: string[] | null
}

/** List updates: those of many conversations are read in one statement, and none is told more often than its rest allows. */
function createBumps({ relay, db, log }: Pick<Deps, 'relay' | 'db' | 'log'>): Pick<Announcements, 'bump' | 'close'> {
  const due = new Set<string>()
  const resting = new Map<string, { until: number; again: boolean }>()
  let flush: NodeJS.Immediate | undefined

  function bump(conversation: string): void {
    const rest = resting.get(conversation)
    if (rest) {
      rest.again = true
      return
    }
    due.add(conversation)
    flush ??= setImmediate(() => {
      flush = undefined
      while (due.size > 0) void tell(takeDue())
    })
  }

  function takeDue(): string[] {
    const taken = [...due].slice(0, maxTogether)
    const until = Date.now() + restMs
    for (const conversation of taken) {
      due.delete(conversation)
      resting.set(conversation, { until, again: false })
    }
    return taken
  }

  async function tell(conversations: string[]): Promise<void> {
    try {
      const { rows } = await sql<Bump>`
        select id, head_seq, title, preview, active_at,
          case when member_count <= ${limits.directBumpMembers} then array(
            select user_id::text from members where conversation_id = c.id and left_at is null and place <> 'archive'
          ) end as members
        from conversations c where id = any (${conversations}::uuid[])`.execute(db)
      for (const row of rows) publish(row)
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'list updates were lost')
    }
  }

  function publish({ id, head_seq, title, preview, active_at, members }: Bump): void {
    const activeAt = active_at.toISOString()
    const frame = encodeFrame({ type: 'bump', conversation: id, head: head_seq, title, preview, activeAt })
    for (const user of members ?? []) relay.publish(topics.user(user), frame)
    if (!members) relay.publish(topics.bumps(id), frame)
  }

  const timer = setInterval(() => {
    const now = Date.now()
    for (const [conversation, { until, again }] of resting) {
      if (until > now) continue
      resting.delete(conversation)
      if (again) bump(conversation)
    }
  }, sweepEveryMs)

  return {
    bump,
    close() {
      clearInterval(timer)
      clearImmediate(flush)
    },
  }
}
