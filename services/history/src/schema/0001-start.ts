import { type Kysely, sql } from 'kysely'

const messagePartitions = 16

/** The first schema: people, their sessions and conversations, and the log of messages. */
export const start = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key,
      email text not null unique check (email = lower(email)),
      name text not null,
      password_hash text not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      secret_hash text not null,
      previous_hash text,
      rotated_at timestamptz,
      user_agent text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      ended_at timestamptz
    )`.execute(db)
  await sql`create index sessions_user on sessions (user_id)`.execute(db)
  await sql`
    create table conversations (
      id uuid primary key,
      title text not null,
      assistant text not null check (assistant in ('auto', 'always', 'mention', 'off')),
      head_seq bigint not null default 0,
      changed_seq bigint not null default 0,
      member_count integer not null default 0,
      preview text not null default '',
      active_at timestamptz not null default now(),
      created_at timestamptz not null default now()
    ) with (fillfactor = 50)`.execute(db) // each message updates its row: room for HOT updates on the page
  await sql`
    create table members (
      conversation_id uuid not null references conversations on delete cascade,
      user_id uuid not null references users on delete cascade,
      role text not null check (role in ('owner', 'member', 'viewer')),
      last_read_seq bigint not null default 0,
      changed_seq bigint not null,
      joined_at timestamptz not null default now(),
      left_at timestamptz,
      primary key (conversation_id, user_id)
    )`.execute(db)
  await sql`create index members_user on members (user_id) where left_at is null`.execute(db)
  await sql`create index members_changed on members (conversation_id, changed_seq)`.execute(db)
  await sql`
    create table invites (
      token_hash text primary key,
      conversation_id uuid not null references conversations on delete cascade,
      role text not null check (role in ('member', 'viewer')),
      created_by uuid not null references users on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`.execute(db)
  // No foreign keys on the log: it is written under the conversation's lock, and may be spread over servers one day.
  await sql`
    create table messages (
      conversation_id uuid not null,
      seq bigint not null,
      changed_seq bigint not null,
      id uuid not null,
      author_id uuid,
      role text not null check (role in ('user', 'assistant')),
      parent_id uuid,
      content text not null,
      created_at timestamptz not null default now(),
      edited_at timestamptz,
      deleted_at timestamptz,
      status text check (status in ('queued', 'streaming', 'complete', 'stopped', 'failed')),
      attempt integer not null default 0,
      lease_until timestamptz,
      stop_requested_by uuid,
      model text,
      input_tokens integer,
      output_tokens integer,
      error_code text,
      error_reason text,
      primary key (conversation_id, seq),
      unique (conversation_id, id),
      check ((role = 'assistant') = (status is not null))
    ) partition by hash (conversation_id)`.execute(db)
  for (let part = 0; part < messagePartitions; part += 1) {
    await sql
      .raw(
        `create table messages_${part} partition of messages for values with (modulus ${messagePartitions}, remainder ${part})`,
      )
      .execute(db)
  }
  await sql`create index messages_changed on messages (conversation_id, changed_seq)`.execute(db)
  // The outbox: the few replies that are not at their end.
  await sql`create index messages_open on messages (created_at) where status in ('queued', 'streaming')`.execute(db)
  await sql`
    create table reactions (
      conversation_id uuid not null,
      message_id uuid not null,
      user_id uuid not null,
      emoji text not null,
      created_at timestamptz not null default now(),
      primary key (conversation_id, message_id, emoji, user_id)
    )`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  for (const table of ['reactions', 'messages', 'invites', 'members', 'conversations', 'sessions', 'users']) {
    await sql.raw(`drop table ${table}`).execute(db)
  }
}
