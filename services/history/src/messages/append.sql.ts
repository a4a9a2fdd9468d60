/**
 * Appends a batch of messages to any number of conversations, in one statement and so in one round trip and one commit.
 *
 * - `locked` takes the conversations' row locks in id order, so that two batches never wait for each other in a ring.
 *   Under READ COMMITTED a statement that waited for the lock sees the row's newest version, so `head_seq` is current.
 * - `judged` finds each message's author among the members, and the message itself if it was stored before. Were it
 *   stored by a batch that committed while this one waited, it would be missed here, and the insert would violate
 *   `unique (conversation_id, id)`: the caller then runs the batch again and finds it.
 * - `numbered` gives each new message the next `seq`, and one more to the reply of a message that asks for one. The
 *   reply's row is the outbox entry of its prompt.
 *
 * Parameters, all arrays of one length: ids, conversations, authors, contents, parents, reply ids, mentions.
 * Returns one row a message, in the order given.
 */
export const appendSql = `
with input as (
  select *
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::boolean[])
    with ordinality as t (id, conversation_id, author_id, content, parent_id, reply_id, mentions, ord)
),
locked as materialized (
  select id, head_seq, assistant, member_count
  from conversations
  where id = any ($2::uuid[])
  order by id
  for update
),
judged as materialized (
  select
    i.*, l.head_seq, m.role, k.seq as known_seq, k.author_id as known_author,
    l.assistant = 'always'
      or (l.assistant = 'auto' and (l.member_count = 1 or i.mentions))
      or (l.assistant = 'mention' and i.mentions) as addressed
  from input i
  join locked l on l.id = i.conversation_id
  join members m on m.conversation_id = i.conversation_id and m.user_id = i.author_id and m.left_at is null
  left join messages k on k.conversation_id = i.conversation_id and k.id = i.id
),
fresh as (
  select distinct on (conversation_id, id) *
  from judged
  where known_seq is null and role <> 'viewer'
  order by conversation_id, id, ord
),
numbered as materialized (
  select
    *,
    (head_seq + sum(1 + addressed::int) over (partition by conversation_id order by ord) - addressed::int)::bigint as seq
  from fresh
),
inserted as (
  insert into messages (conversation_id, seq, changed_seq, id, author_id, role, parent_id, content, status)
  select conversation_id, seq, seq, id, author_id, 'user', parent_id, content, null
  from numbered
  union all
  select conversation_id, seq + 1, seq + 1, reply_id, null, 'assistant', id, '', 'queued'
  from numbered
  where addressed
),
advanced as (
  update conversations c
  set head_seq = n.head, preview = n.preview, active_at = now()
  from (
    select distinct on (conversation_id)
      conversation_id, seq + addressed::int as head, left(content, 140) as preview
    from numbered
    order by conversation_id, seq desc
  ) n
  where c.id = n.conversation_id
)
select
  i.ord::int, j.role, j.known_author, n.addressed, n.reply_id, now() as created_at,
  coalesce(n.seq, j.known_seq) as seq, n.seq is not null and n.ord = i.ord as is_new
from input i
left join judged j on j.ord = i.ord
left join numbered n on n.conversation_id = i.conversation_id and n.id = i.id
order by i.ord`

export type AppendRow = {
  ord: number
  role: 'owner' | 'member' | 'viewer' | null
  known_author: string | null
  addressed: boolean | null
  reply_id: string | null
  created_at: Date
  seq: number | null
  is_new: boolean
}
