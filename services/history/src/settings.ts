import { setting } from '@parley/kit'

/** History's settings, by the name of their environment variable. */
export const settings = {
  HOST: setting.host(),
  PORT: setting.port(7002),
  DATABASE_URL: setting.text('Postgres, like postgres://user:password@postgres:5432/parley', {
    pattern: '^postgres(ql)?://',
  }),
  DATABASE_CONNECTIONS: setting.integer('Connections to Postgres kept by each replica', 10, { minimum: 2 }),
  REDIS_URL: setting.redisUrl(),
  NATS_URL: setting.natsUrl(),
  INTERNAL_TOKEN: setting.internalToken(),
}
