import { type Change, encodeFrame, type Frame, limits, topics } from '@parley/protocol'
import type { Deps } from '../deps.ts'

/** How often one conversation's list entries are refreshed at most. */
const bumpEveryMs = 250
const largeBumpEveryMs = 1_000

export type Announcements = {
  /** Publishes committed changes, each already encoded as the frame that browsers receive. */
  changes(conversation: string, changes: Change[]): void
  /** Publishes a frame for those who look at the conversation now. */
  live(conversation: string, frame: Frame): void
  toUser(user: string, frame: Frame): void
  /** Tells the members' lists that the conversation has something new, soon and not too often. */
  bump(conversation: string): void
  close(): void
}

/** Tells the world what was committed. All of it is a hint: what is lost here is found in the log. */
export function createAnnouncements({ relay, db, log }: Pick<Deps, 'relay' | 'db' | 'log'>): Announcements {
  const waiting = new Map<string, { timer: NodeJS.Timeout; again: boolean }>()

  function bump(conversation: string): void {
    const entry = waiting.get(conversation)
    if (entry) {
      entry.again = true
      return
    }
    waiting.set(conversation, { timer: setTimeout(() => rest(conversation), bumpEveryMs), again: false })
    void send(conversation)
  }

  function rest(conversation: string): void {
    const again = waiting.get(conversation)?.again
    waiting.delete(conversation)
    if (again) bump(conversation)
  }

  async function send(conversation: string): Promise<void> {
    try {
      const row = await db
        .selectFrom('conversations')
        .select(['head_seq', 'title', 'preview', 'active_at', 'member_count'])
        .where('id', '=', conversation)
        .executeTakeFirst()
      if (!row) return
      const frame = encodeFrame({
        type: 'bump',
        conversation,
        head: row.head_seq,
        title: row.title,
        preview: row.preview,
        activeAt: row.active_at.toISOString(),
      })
      if (row.member_count > limits.directBumpMembers) {
        relay.publish(topics.bumps(conversation), frame)
        slowDown(conversation)
        return
      }
      const members = await db
        .selectFrom('members')
        .select('user_id')
        .where('conversation_id', '=', conversation)
        .where('left_at', 'is', null)
        .execute()
      for (const { user_id } of members) relay.publish(topics.user(user_id), frame)
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'a list update was lost')
    }
  }

  function slowDown(conversation: string): void {
    const entry = waiting.get(conversation)
    if (!entry) return
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => rest(conversation), largeBumpEveryMs)
  }

  return {
    changes(conversation, changes) {
      if (changes.length === 0) return
      for (const change of changes) {
        relay.publish(topics.changes(conversation), encodeFrame({ type: 'change', conversation, change }))
      }
      bump(conversation)
    },
    live: (conversation, frame) => relay.publish(topics.live(conversation), encodeFrame(frame)),
    toUser: (user, frame) => relay.publish(topics.user(user), encodeFrame(frame)),
    bump,
    close() {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
