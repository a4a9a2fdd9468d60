import { type Kysely, sql } from 'kysely'

/**
 * The words of messages, for searching. They are no column of the messages: an index on words takes longer to write than
 * the message, and so is written a moment later, beside the log. `searched` says how far, for each conversation.
 *
 * The index begins with the conversation: a search looks only where the searcher is a member, however many others there
 * are. Words are not stemmed, since people write in many languages; accents do not count.
 */
export const search = { up, down }

async function up(db: Kysely<never>): Promise<void> {
  await sql`create extension if not exists btree_gin`.execute(db)
  await sql`create extension if not exists unaccent`.execute(db)
  await sql`create text search configuration parley (copy = simple)`.execute(db)
  await sql`alter text search configuration parley
    alter mapping for word, hword, hword_part with unaccent, simple`.execute(db)
  await sql`
    create table message_words (
      conversation_id uuid not null,
      message_id uuid not null,
      seq bigint not null,
      changed_seq bigint not null,
      created_at timestamptz not null,
      words tsvector not null,
      primary key (conversation_id, message_id)
    )`.execute(db)
  await sql`create index message_words_words on message_words using gin (conversation_id, words)`.execute(db)
  await sql`create table searched (conversation_id uuid primary key, seq bigint not null)`.execute(db)
}

async function down(db: Kysely<never>): Promise<void> {
  await sql`drop table searched, message_words`.execute(db)
  await sql`drop text search configuration parley`.execute(db)
}
