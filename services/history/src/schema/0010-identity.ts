import { type Kysely, sql } from 'kysely'

/** Ways to sign in besides a password, who administers the installation, and the log of what concerns its safety. */
export const identity = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  // A guest has no email address until an account is made of it.
  await sql`
    alter table users
      alter column email drop not null,
      add column email_verified_at timestamptz,
      add column is_admin boolean not null default false,
      add column suspended_at timestamptz,
      add column quota_requests integer check (quota_requests >= 0),
      add column quota_tokens bigint check (quota_tokens >= 0)`.execute(db)
  await sql`create index users_admins on users (id) where is_admin`.execute(db)
  await sql`create index users_by_age on users (created_at, id)`.execute(db)
  // A token for scripts is a session whose secret stays.
  await sql`
    alter table sessions
      add column address text not null default '',
      add column token_name text,
      add column scopes text[],
      add check ((token_name is null) = (scopes is null))`.execute(db)
  await sql`
    create table links (
      token_hash text primary key,
      user_id uuid not null references users on delete cascade,
      purpose text not null check (purpose in ('verify', 'reset')),
      email text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`.execute(db)
  await sql`create index links_user on links (user_id)`.execute(db)
  await sql`
    create table passkeys (
      id text primary key,
      user_id uuid not null references users on delete cascade,
      public_key text not null,
      counter bigint not null,
      transports text[] not null,
      name text not null,
      created_at timestamptz not null default now(),
      used_at timestamptz
    )`.execute(db)
  await sql`create index passkeys_user on passkeys (user_id)`.execute(db)
  await sql`
    create table identities (
      issuer text not null,
      subject text not null,
      user_id uuid not null references users on delete cascade,
      created_at timestamptz not null default now(),
      primary key (issuer, subject)
    )`.execute(db)
  await sql`create index identities_user on identities (user_id)`.execute(db)
  await sql`alter table invites add column guests boolean not null default false`.execute(db)
  await sql`
    create table installation (
      one boolean primary key default true check (one),
      sign_ups text not null default 'open' check (sign_ups in ('open', 'invited', 'closed')),
      models text[]
    )`.execute(db)
  await sql`insert into installation default values`.execute(db)
  await createAudit(db)
}

/** Without references: it outlives what it tells of. */
async function createAudit(db: Kysely<never>): Promise<void> {
  await sql`
    create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor uuid,
      action text not null,
      target text,
      address text,
      detail jsonb
    )`.execute(db)
  await sql`create index audit_actor on audit (actor, id)`.execute(db)
  await sql`
    create function keep_audit() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and current_setting('parley.retention', true) = 'on' then return old; end if;
      raise exception 'the audit log is only added to';
    end $$`.execute(db)
  await sql`
    create trigger audit_is_kept before update or delete on audit for each row execute function keep_audit()`.execute(
    db,
  )
  await sql`
    create trigger audit_is_not_emptied before truncate on audit for each statement execute function keep_audit()`.execute(
    db,
  )
}

async function down(db: Kysely<never>): Promise<void> {
  for (const table of ['audit', 'installation', 'identities', 'passkeys', 'links']) {
    await sql.raw(`drop table ${table}`).execute(db)
  }
  await sql`drop function keep_audit()`.execute(db)
  await sql`alter table invites drop column guests`.execute(db)
  await sql`alter table sessions drop column address, drop column token_name, drop column scopes`.execute(db)
  await sql`delete from users where email is null`.execute(db)
  await sql`
    alter table users
      alter column email set not null,
      drop column email_verified_at,
      drop column is_admin,
      drop column suspended_at,
      drop column quota_requests,
      drop column quota_tokens`.execute(db)
}
