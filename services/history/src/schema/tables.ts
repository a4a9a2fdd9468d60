import type { Assistant, AssistantSettings, Part, Place, Role, Scope, SignUps } from '@parley/protocol'
import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely'

/** The schema as Kysely sees it. `bigint` columns arrive as numbers, `timestamptz` as `Date`. */
export type Database = {
  users: {
    id: string
    /** A guest has none. */
    email: string | null
    name: string
    /** Empty where one signs in by other ways only. */
    password_hash: string
    created_at: Generated<Date>
    deleted_at: Date | null
    email_verified_at: Date | null
    is_admin: Generated<boolean>
    suspended_at: Date | null
    /** Instead of what holds for all. */
    quota_requests: number | null
    quota_tokens: number | null
    /** What new conversations begin with; else the usual one. */
    assistant: JSONColumnType<AssistantSettings> | null
  }
  sessions: {
    id: string
    user_id: string
    secret_hash: string
    previous_hash: string | null
    rotated_at: Date | null
    user_agent: string
    created_at: Generated<Date>
    expires_at: Date
    ended_at: Date | null
    address: Generated<string>
    /** Of tokens for scripts, both. */
    token_name: string | null
    scopes: Scope[] | null
  }
  links: {
    token_hash: string
    user_id: string
    purpose: 'verify' | 'reset'
    email: string
    created_at: Generated<Date>
    expires_at: Date
  }
  passkeys: {
    id: string
    user_id: string
    public_key: string
    counter: number
    transports: string[]
    name: string
    created_at: Generated<Date>
    used_at: Date | null
  }
  identities: { issuer: string; subject: string; user_id: string; created_at: Generated<Date> }
  installation: { one: Generated<boolean>; sign_ups: Generated<SignUps>; models: string[] | null }
  audit: {
    id: GeneratedAlways<number>
    at: Generated<Date>
    actor: string | null
    action: string
    target: string | null
    address: string | null
    detail: JSONColumnType<Record<string, unknown>> | null
  }
  reports: {
    id: string
    conversation_id: string
    message_id: string
    reported_by: string
    reason: string
    created_at: Generated<Date>
    closed_at: Date | null
    closed_by: string | null
  }
  blocks: { user_id: string; blocked_id: string; created_at: Generated<Date> }
  held_messages: {
    id: string
    conversation_id: string
    author_id: string
    content: string
    reason: string
    created_at: Generated<Date>
  }
  conversations: {
    id: string
    title: string
    assistants: JSONColumnType<Assistant[]>
    tip_id: string | null
    head_seq: Generated<number>
    changed_seq: Generated<number>
    member_count: Generated<number>
    preview: Generated<string>
    /** The hour of `active_at`, by which lists are indexed. */
    active_hour: GeneratedAlways<Date>
    active_at: Generated<Date>
    created_at: Generated<Date>
    deleted_at: Date | null
  }
  members: {
    conversation_id: string
    user_id: string
    role: Role
    last_read_seq: Generated<number>
    changed_seq: number
    joined_at: Generated<Date>
    left_at: Date | null
    place: Generated<Place>
  }
  invites: {
    id: Generated<string>
    token_hash: string
    conversation_id: string
    role: 'member' | 'viewer'
    created_by: string
    created_at: Generated<Date>
    expires_at: Date
    max_uses: number | null
    uses: Generated<number>
    guests: Generated<boolean>
  }
  shares: {
    id: string
    token_hash: string
    conversation_id: string
    message_id: string
    created_by: string
    created_at: Generated<Date>
  }
  messages: MessageTable
  usage: {
    user_id: string
    day: string
    requests: Generated<number>
    input_tokens: Generated<number>
    output_tokens: Generated<number>
    cached_tokens: Generated<number>
  }
  summaries: {
    conversation_id: string
    message_id: string
    content: string
    covers: number
    created_at: Generated<Date>
  }
  message_words: {
    conversation_id: string
    message_id: string
    seq: number
    changed_seq: number
    created_at: Date
    words: string
  }
  searched: { conversation_id: string; seq: number }
  reactions: {
    conversation_id: string
    message_id: string
    user_id: string
    emoji: string
    created_at: Generated<Date>
  }
}

export type MessageTable = {
  conversation_id: string
  seq: number
  changed_seq: number
  id: string
  author_id: string | null
  role: 'user' | 'assistant'
  parent_id: string | null
  content: string
  created_at: Generated<Date>
  edited_at: Date | null
  deleted_at: Date | null
  status: 'queued' | 'streaming' | 'complete' | 'stopped' | 'failed' | null
  attempt: Generated<number>
  lease_until: Date | null
  stop_requested_by: string | null
  model: string | null
  input_tokens: number | null
  output_tokens: number | null
  error_code: string | null
  error_reason: string | null
  assistant_id: string | null
  asked_by: string | null
  aside: Generated<boolean>
  parts: JSONColumnType<Part[]> | null
  cut: Generated<boolean>
  wanted_model: string | null
  released_at: Date | null
  cached_tokens: number | null
  left_out: number | null
  failures: Generated<number>
  deaths: Generated<number>
  handed_back: Generated<boolean>
  begun_chars: Generated<number>
  summarised: Generated<boolean>
}
