import { type Kysely, sql } from 'kysely'

/**
 * Branches (every message has a parent, and the conversation an end that is shown), several assistants with settings of
 * their own, replies of more than text, what each person has used, and summaries of what no longer fits a model.
 */
export const craft = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table conversations
    add column assistants jsonb not null default '[]',
    add column tip_id uuid`.execute(db)
  await sql`update conversations set assistants = jsonb_build_array(jsonb_build_object(
    'id', uuidv7(), 'handle', 'assistant', 'name', 'Assistant', 'mode', assistant, 'instructions', ''))`.execute(db)
  await sql`alter table conversations drop column assistant`.execute(db)
  await sql`alter table messages
    add column assistant_id uuid,
    add column asked_by uuid,
    add column aside boolean not null default false,
    add column parts jsonb,
    add column cut boolean not null default false,
    add column wanted_model text,
    add column released_at timestamptz,
    add column cached_tokens integer,
    add column left_out integer,
    drop column attempts_before,
    add column failures integer not null default 0,
    add column deaths integer not null default 0,
    add column handed_back boolean not null default false,
    add column begun_chars integer not null default 0,
    add column summarised boolean not null default false`.execute(db)
  // Until now messages stood in line: each follows the one before it, and a reply its prompt.
  await sql`
    update messages m set parent_id = p.before
    from (
      select conversation_id, seq, lag(id) over (partition by conversation_id order by seq) as before from messages
    ) p
    where p.conversation_id = m.conversation_id and p.seq = m.seq and m.role = 'user'`.execute(db)
  await sql`
    update conversations c set tip_id = t.id
    from (select distinct on (conversation_id) conversation_id, id from messages order by conversation_id, seq desc) t
    where t.conversation_id = c.id`.execute(db)
  await sql`
    update messages m set
      released_at = m.created_at,
      assistant_id = (c.assistants -> 0 ->> 'id')::uuid,
      asked_by = (
        select p.author_id from messages p where p.conversation_id = m.conversation_id and p.id = m.parent_id
      )
    from conversations c where c.id = m.conversation_id and m.role = 'assistant'`.execute(db)
  await sql`create index messages_asked on messages (asked_by) where status in ('queued', 'streaming')`.execute(db)
  await sql`
    create table usage (
      user_id uuid not null references users on delete cascade,
      day date not null,
      requests integer not null default 0,
      input_tokens bigint not null default 0,
      output_tokens bigint not null default 0,
      cached_tokens bigint not null default 0,
      primary key (user_id, day)
    )`.execute(db)
  await sql`
    create table summaries (
      conversation_id uuid not null references conversations on delete cascade,
      message_id uuid not null,
      content text not null,
      covers integer not null,
      created_at timestamptz not null default now(),
      primary key (conversation_id, message_id)
    )`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table summaries`.execute(db)
  await sql`drop table usage`.execute(db)
  await sql`drop index messages_asked`.execute(db)
  await sql`alter table messages
    drop column assistant_id, drop column asked_by, drop column aside, drop column parts, drop column cut,
    drop column wanted_model, drop column released_at, drop column cached_tokens, drop column left_out, drop column begun_chars,
    drop column failures, drop column deaths, drop column handed_back,
    add column attempts_before integer not null default 0,
    drop column summarised`.execute(db)
  await sql`alter table conversations add column assistant text not null default 'auto'
    check (assistant in ('auto', 'always', 'mention', 'off'))`.execute(db)
  await sql`update conversations set assistant = coalesce(assistants -> 0 ->> 'mode', 'auto')`.execute(db)
  await sql`alter table conversations drop column assistants, drop column tip_id`.execute(db)
}
