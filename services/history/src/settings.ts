import { setting } from '@parley/kit'
import type * as Type from 'typebox'
import type { Quota } from './replies/quota.ts'

/** What one person may ask of the models. */
export const quotaSettings = {
  QUOTA_REQUESTS_PER_DAY: setting.integer('Replies that one person may ask for in a day; 0 for no limit', 0),
  QUOTA_TOKENS_PER_DAY: setting.integer('Tokens that one person may use in a day; 0 for no limit', 0),
  QUOTA_OPEN_REPLIES: setting.integer('Replies of one person that wait or are being written; 0 for no limit', 50),
  REPLIES_AT_ONCE: setting.integer('Of these, how many are written at the same time; the others wait', 4, {
    minimum: 1,
  }),
}

type QuotaSettings = { [K in keyof typeof quotaSettings]: Type.Static<(typeof quotaSettings)[K]> }

/** The quota that the settings name. */
export function readQuota(env: QuotaSettings): Quota {
  return {
    requestsPerDay: env.QUOTA_REQUESTS_PER_DAY || null,
    tokensPerDay: env.QUOTA_TOKENS_PER_DAY || null,
    openReplies: env.QUOTA_OPEN_REPLIES || null,
    repliesAtOnce: env.REPLIES_AT_ONCE,
  }
}

/** History's settings, by the name of their environment variable. */
export const settings = {
  HOST: setting.host(),
  PORT: setting.port(7002),
  DATABASE_URL: setting.text('Postgres, like postgres://user:password@postgres:5432/parley', {
    pattern: '^postgres(ql)?://',
  }),
  DATABASE_CONNECTIONS: setting.integer('Connections to Postgres kept by each replica', 10, { minimum: 2 }),
  ...quotaSettings,
  REDIS_URL: setting.redisUrl(),
  NATS_URL: setting.natsUrl(),
  INTERNAL_TOKEN: setting.internalToken(),
}
