/**
 * Appends a batch of messages to any number of conversations, in one statement and so in one round trip and one commit.
 *
 * - `locked` takes the conversations' row locks in id order, so that two batches never wait for each other in a ring.
 *   Under READ COMMITTED a statement that waited for the lock sees the row's newest version, so `head_seq` is current.
 * - `judged` finds each message's author among the members. It also tells which of the conversation's assistants the
 *   message addresses: those it mentions, or else those who answer all.
 * - Messages that were stored before are looked for only by `checkedAppendSql`: few are, and looking costs as much as all
 *   the rest. Without it the insert violates `unique (conversation_id, id)`, and the caller runs the batch again with it;
 *   and so once more where another batch committed the message while this one waited.
 * - `numbered` gives each new message the next `seq`, and the ones after it to its replies. It follows what stands
 *   before it: a message, or the last of a message's replies.
 * - `replies` are the rows of the replies, each the outbox entry of its prompt. Who has used up a quota gets a reply
 *   that has failed; who has enough under way gets one that waits for its turn (`released_at` is null).
 * - `counted` writes the requests down, in the order of the users, after all locks on conversations are held.
 *
 * Parameters: arrays of one length of ids, conversations, authors, contents, and mentioned handles (with blanks
 * between); then requests and tokens a day, open replies, and replies at the same time of one user (null: no limit).
 * Returns one row a message, in the order given.
 */
const append = (check: { select: string; join: string }) => `
with input as (
  select *
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
    with ordinality as t (id, conversation_id, author_id, content, mentions, ord)
),
locked as materialized (
  select id, head_seq, tip_id, assistants, member_count
  from conversations
  where id = any ($2::uuid[])
  order by id
  for update
),
judged as materialized (
  select
    i.*, l.head_seq, l.tip_id, m.role, ${check.select},
    coalesce(a.addressed, '{}') as addressed
  from input i
  join locked l on l.id = i.conversation_id
  join members m on m.conversation_id = i.conversation_id and m.user_id = i.author_id and m.left_at is null
  ${check.join}
  cross join lateral (
    select array_agg(id order by place) filter (
      where mentioned or (not any_mentioned and (mode = 'always' or (mode = 'auto' and l.member_count = 1)))
    ) as addressed
    from (
      select
        (item ->> 'id')::uuid as id, place, item ->> 'mode' as mode,
        item ->> 'handle' = any (string_to_array(i.mentions, ' ')) as mentioned,
        bool_or(item ->> 'handle' = any (string_to_array(i.mentions, ' '))) over () as any_mentioned
      from jsonb_array_elements(l.assistants) with ordinality as e (item, place)
      where item ->> 'mode' <> 'off' and not item ? 'left'
    ) present
  ) a
),
fresh as materialized (
  select *, array(select uuidv7() from unnest(addressed)) as reply_ids
  from (
    select distinct on (conversation_id, id) *
    from judged
    where known_seq is null and role <> 'viewer'
    order by conversation_id, id, ord
  ) once
),
numbered as materialized (
  select
    *,
    (head_seq + sum(1 + cardinality(reply_ids)) over line - cardinality(reply_ids))::bigint as seq,
    coalesce(lag(coalesce(reply_ids[cardinality(reply_ids)], id)) over line, tip_id) as parent_id
  from fresh
  window line as (partition by conversation_id order by ord)
),
asked as materialized (
  select
    n.conversation_id, n.id as prompt, n.author_id, n.seq + r.nth as seq, r.id, r.assistant_id,
    row_number() over (partition by n.author_id order by n.ord, r.nth) as count
  from numbered n
  cross join lateral unnest(n.reply_ids, n.addressed) with ordinality as r (id, assistant_id, nth)
),
spent as materialized (
  select
    a.author_id, coalesce(u.requests, 0) as requests, coalesce(u.input_tokens + u.output_tokens, 0) as tokens,
    coalesce(p.quota_requests, $6::integer) as most_requests, coalesce(p.quota_tokens, $7::bigint) as most_tokens,
    (select count(*) from messages o where o.asked_by = a.author_id and o.status in ('queued', 'streaming')) as open
  from (select distinct author_id from asked) a
  join users p on p.id = a.author_id
  left join usage u on u.user_id = a.author_id and u.day = (now() at time zone 'utc')::date
),
replies as materialized (
  select
    a.*,
    case
      when s.requests + a.count > s.most_requests then 'quota.requests'
      when s.tokens >= s.most_tokens then 'quota.tokens'
      when s.open + a.count > $8::integer then 'quota.replies'
    end as refusal,
    case when s.open + a.count <= $9::integer then now() end as released_at
  from asked a join spent s using (author_id)
),
inserted as (
  insert into messages (
    conversation_id, seq, changed_seq, id, author_id, role, parent_id, content, status, error_code, assistant_id,
    asked_by, released_at
  )
  select conversation_id, seq, seq, id, author_id, 'user', parent_id, content, null, null, null, null::uuid, null
  from numbered
  union all
  select
    conversation_id, seq, seq, id, null, 'assistant', prompt, '',
    case when refusal is null then 'queued' else 'failed' end, refusal, assistant_id, author_id, released_at
  from replies
),
counted as (
  insert into usage (user_id, day, requests)
  select author_id, (now() at time zone 'utc')::date, count(*)
  from replies
  where refusal is null
  group by author_id
  order by author_id
  on conflict (user_id, day) do update set requests = usage.requests + excluded.requests
),
advanced as (
  update conversations c
  set head_seq = n.head, tip_id = n.tip, preview = n.preview, active_at = now()
  from (
    select distinct on (conversation_id)
      conversation_id, seq + cardinality(reply_ids) as head, coalesce(reply_ids[cardinality(reply_ids)], id) as tip,
      left(content, 140) as preview
    from numbered
    order by conversation_id, seq desc
  ) n
  where c.id = n.conversation_id
)
select
  i.ord::int, j.role, j.known_author, n.parent_id, now() as created_at,
  coalesce(n.seq, j.known_seq) as seq, n.seq is not null and n.ord = i.ord as is_new,
  case when cardinality(n.reply_ids) > 0 then (
    select json_agg(json_build_object(
      'id', r.id, 'seq', r.seq, 'assistant', r.assistant_id, 'refusal', r.refusal, 'released', r.released_at is not null
    ) order by r.seq)
    from replies r where r.conversation_id = n.conversation_id and r.prompt = n.id
  ) end as replies
from input i
left join judged j on j.ord = i.ord
left join numbered n on n.conversation_id = i.conversation_id and n.id = i.id
order by i.ord`

export const appendSql = append({ select: 'null::bigint as known_seq, null::uuid as known_author', join: '' })
export const checkedAppendSql = append({
  select: 'k.seq as known_seq, k.author_id as known_author',
  join: 'left join messages k on k.conversation_id = i.conversation_id and k.id = i.id',
})

export type AppendRow = {
  ord: number
  role: 'owner' | 'member' | 'viewer' | null
  known_author: string | null
  parent_id: string | null
  created_at: Date
  seq: number | null
  is_new: boolean
  replies: { id: string; seq: number; assistant: string; refusal: QuotaCode | null; released: boolean }[] | null
}

export type QuotaCode = 'quota.requests' | 'quota.tokens' | 'quota.replies'
