import { hostname } from 'node:os'
import { setting } from '@parley/kit'
import * as Type from 'typebox'

/** The chat node's settings, by the name of their environment variable. */
export const settings = {
  HOST: setting.host(),
  PORT: setting.port(7003),
  NODE_NAME: setting.text('Name of this node; each needs its own', { default: hostname() }),
  HISTORY_URL: setting.historyUrl(),
  REDIS_URL: setting.redisUrl(),
  INTERNAL_TOKEN: setting.internalToken(),
  COMMANDS_PER_SECOND: setting.integer('Commands that one socket may send in a second, over time', 50, { minimum: 1 }),
  SENDS_PER_MINUTE: setting.integer('Messages that one user may send in a minute, on all nodes together', 600, {
    minimum: 1,
  }),
  WORKERS: setting.integer('Processes that share the port; more than one where a node has several cores', 1, {
    minimum: 1,
    maximum: 64,
  }),
  MAX_SOCKETS: setting.integer('Sockets that one process takes', 50_000, { minimum: 1 }),
  MAX_SOCKETS_PER_USER: setting.integer('Sockets that one user may have on one process', 100, { minimum: 1 }),
  MAX_SOCKETS_PER_ADDRESS: setting.integer('Sockets that one address may have on one process', 20_000, { minimum: 1 }),
  ALLOWED_ORIGINS: Type.String({
    description: 'Origins beside the page’s own that may open sockets, separated by commas',
    default: '',
  }),
}
