import { setting } from '@parley/kit'
import * as Type from 'typebox'

const optional = (description: string, pattern = '') => Type.String({ description, default: '', pattern })
const urlOrNothing = '^(https?://.+)?$'

/** The worker's settings, by the name of their environment variable. */
export const settings = {
  HOST: setting.host(),
  PORT: setting.port(7004),
  HISTORY_URL: setting.historyUrl(),
  REDIS_URL: setting.redisUrl(),
  NATS_URL: setting.natsUrl(),
  NATS_REPLICAS: setting.natsReplicas(),
  INTERNAL_TOKEN: setting.internalToken(),
  CONCURRENT_REPLIES: setting.integer('Replies that one worker writes at the same time', 64, { minimum: 1 }),
}

/** Which model answers. Without any of these it is the built-in demo model. */
export const modelSettings = {
  MODEL: optional('Name of the model, like gpt-5-mini or claude-sonnet-5; needed with a provider'),
  MODELS: optional('More models that people may choose, like gpt-5, gpt-5-mini=128000 (tokens that one may be given)'),
  SMALL_MODEL: optional('A cheap model for titles and summaries; without it MODEL writes them'),
  MODEL_CONTEXT_TOKENS: setting.integer('How much of a conversation a model is given, in tokens', 32_000, {
    minimum: 100,
  }),
  MODEL_TAKES_PREFIX: Type.Boolean({
    description:
      'Whether the model goes on from a message of its own that ends the prompt, so that a takeover need not start over',
    default: false,
  }),
  MODEL_FIRST_WORD_MS: setting.integer('How long a provider may be silent before its first word', 60_000, {
    minimum: 1,
  }),
  MODEL_NEXT_WORD_MS: setting.integer('How long it may be silent between two', 30_000, { minimum: 1 }),
  OPENAI_BASE_URL: optional('OpenAI or a server that speaks its API, like http://localhost:11434/v1', urlOrNothing),
  OPENAI_API_KEY: optional('Key for it, where it wants one'),
  ANTHROPIC_BASE_URL: optional('Anthropic, or a server that speaks its API', urlOrNothing),
  ANTHROPIC_API_KEY: optional('Key for Anthropic'),
  PRIVATE_HOSTS: setting.privateHosts(),
  MCP_SERVERS: optional('Tools for the models, like search=http://search:3000/mcp, more with commas between'),
  TOOL_TIMEOUT_MS: setting.integer('How long a tool may take', 15_000, { minimum: 1 }),
  DEMO_WORDS_PER_SECOND: setting.integer('How fast the demo model writes', 30, { minimum: 1 }),
}
