import { readList, setting } from '@parley/kit'
import * as Type from 'typebox'
import type { ModerationOptions } from './moderation/hook.ts'
import type { Quota } from './replies/quota.ts'
import type { Retention } from './retention/retention.ts'

/** What one person may ask of the models. */
export const quotaSettings = {
  QUOTA_REQUESTS_PER_DAY: setting.integer('Replies that one person may ask for in a day; 0 for no limit', 0),
  QUOTA_TOKENS_PER_DAY: setting.integer('Tokens that one person may use in a day; 0 for no limit', 0),
  QUOTA_OPEN_REPLIES: setting.integer('Replies of one person that wait or are being written; 0 for no limit', 50),
  REPLIES_AT_ONCE: setting.integer('Of these, how many are written at the same time; the others wait', 4, {
    minimum: 1,
  }),
}

type SettingsOf<S extends Type.TProperties> = Type.Static<Type.TObject<S>>

/** The quota that the settings name. */
export function readQuota(env: SettingsOf<typeof quotaSettings>): Quota {
  return {
    requestsPerDay: env.QUOTA_REQUESTS_PER_DAY || null,
    tokensPerDay: env.QUOTA_TOKENS_PER_DAY || null,
    openReplies: env.QUOTA_OPEN_REPLIES || null,
    repliesAtOnce: env.REPLIES_AT_ONCE,
  }
}

/** How long things are kept. */
export const retentionSettings = {
  RETENTION_DELETED_DAYS: setting.integer('Days after which deleted conversations are gone for good; 0 for never', 30),
  RETENTION_MESSAGE_DAYS: setting.integer('Days after which messages lose their text; 0 for never', 0),
  RETENTION_AUDIT_DAYS: setting.integer('Days that entries of the audit log are kept; 0 for good', 0),
}

/** How long things are kept, as the settings name it. */
export function readRetention(env: SettingsOf<typeof retentionSettings>): Retention {
  return {
    deletedDays: env.RETENTION_DELETED_DAYS || null,
    messageDays: env.RETENTION_MESSAGE_DAYS || null,
    auditDays: env.RETENTION_AUDIT_DAYS || null,
  }
}

/** Who looks at messages before others do. */
export const moderationSettings = {
  MODERATION_URL: Type.Optional(
    Type.String({
      description: 'Asked about each message before it is stored; docs/security.md',
      pattern: '^https?://',
    }),
  ),
  MODERATION_TOKEN: Type.Optional(Type.String({ description: 'Sent to it as `Authorization: Bearer …`' })),
  PRIVATE_HOSTS: setting.privateHosts(),
  MODERATION_FAILS_OPEN: Type.Boolean({
    description: 'Whether messages go on while it does not answer',
    default: true,
  }),
}

/** Moderation, where the settings name some. */
export function readModeration(env: SettingsOf<typeof moderationSettings>): ModerationOptions | undefined {
  const { MODERATION_URL: url, MODERATION_TOKEN: token, MODERATION_FAILS_OPEN: failsOpen } = env
  return url ? { url, token, failsOpen, privateHosts: readList(env.PRIVATE_HOSTS) } : undefined
}

/** History's settings, by the name of their environment variable. */
export const settings = {
  HOST: setting.host(),
  PORT: setting.port(7002),
  DATABASE_URL: setting.text('Postgres, like postgres://user:password@postgres:5432/parley', {
    pattern: '^postgres(ql)?://',
  }),
  DATABASE_REPLICA_URL: Type.Optional(
    Type.String({
      description: 'A streaming replica of it, which searches read while it is at most a second behind',
      pattern: '^postgres(ql)?://',
    }),
  ),
  DATABASE_CONNECTIONS: setting.integer('Connections to Postgres kept by each replica', 10, { minimum: 2 }),
  ...quotaSettings,
  ...retentionSettings,
  ...moderationSettings,
  REDIS_URL: setting.redisUrl(),
  NATS_URL: setting.natsUrl(),
  NATS_REPLICAS: setting.natsReplicas(),
  INTERNAL_TOKEN: setting.internalToken(),
}
