import { type RawBuilder, sql } from 'kysely'

/** Of a longer text, only the beginning is searched: a `tsvector` holds a megabyte. */
const maxChars = 100_000

export type Indexed = { count: number }

/**
 * Writes down the words of a conversation's next changed messages. Two replicas may do it at the same time: the words of
 * the later change stay. What is deleted or not yet complete has no words, but a row, so that an earlier change that
 * comes late cannot bring them back.
 *
 * All of it is one statement and so one snapshot: if there were fewer changes than `most`, everything up to the head is known.
 */
export function indexWords(conversation: string, most: number): RawBuilder<Indexed> {
  return sql`
    with changed as materialized (
      select m.* from messages m
      where m.conversation_id = ${conversation} and m.changed_seq > coalesce(
        (select seq from searched where conversation_id = ${conversation}), 0)
      order by m.changed_seq limit ${most}
    ),
    written as (
      insert into message_words as w (conversation_id, message_id, seq, changed_seq, created_at, words)
      select conversation_id, id, seq, changed_seq, created_at, case
        when deleted_at is null and coalesce(status, 'complete') not in ('queued', 'streaming')
        then to_tsvector('parley', left(content, ${maxChars})) else '' end
      from changed
      on conflict (conversation_id, message_id) do update set words = excluded.words, changed_seq = excluded.changed_seq
      where w.changed_seq < excluded.changed_seq
    ),
    advanced as (
      insert into searched (conversation_id, seq)
      select id, case when (select count(*) from changed) < ${most}
        then head_seq else (select max(changed_seq) from changed) end
      from conversations where id = ${conversation}
      on conflict (conversation_id) do update set seq = greatest(searched.seq, excluded.seq)
    )
    select count(*)::int as count from changed`
}
