import type { LanguageModelV4 } from '@ai-sdk/provider'
import { createOutbound, readList, SettingError } from '@parley/kit'
import type * as Type from 'typebox'
import type { Pace } from '../replies/pace.ts'
import type { modelSettings } from '../settings.ts'
import type { Tools } from '../tools/tools.ts'
import { createDemoModel, createThinkingDemoModel } from './demo.ts'
import type { Models } from './model.ts'
import { createPacedFetch } from './paced-fetch.ts'

type Settings = { [K in keyof typeof modelSettings]: Type.Static<(typeof modelSettings)[K]> }

const openAiUrl = 'https://api.openai.com/v1'

/**
 * The models that the settings name: Anthropic's where its key is set, an OpenAI-compatible server's where its address
 * or key is, else the demo models.
 *
 * @throws SettingError where a provider is set without a model
 */
export async function chooseModels(env: Settings, tools: Tools, pace: Pace): Promise<Models> {
  const anthropic = env.ANTHROPIC_API_KEY !== ''
  if (!anthropic && !env.OPENAI_API_KEY && !env.OPENAI_BASE_URL) return demoModels(env, tools)
  if (!env.MODEL) throw new SettingError('MODEL is not set (which of the provider’s models answers)')
  const outbound = createOutbound(readList(env.PRIVATE_HOSTS))
  if (env.OPENAI_BASE_URL) outbound.require(env.OPENAI_BASE_URL, 'OPENAI_BASE_URL')
  if (env.ANTHROPIC_BASE_URL) outbound.require(env.ANTHROPIC_BASE_URL, 'ANTHROPIC_BASE_URL')
  const fetch = createPacedFetch(pace, outbound.lookup)
  const connect = anthropic ? await connectAnthropic(env, fetch) : await connectOpenAi(env, fetch)
  const { createProviderModel } = await import('./provider.ts') // it has a library with it, which the demo does without
  const create = ({ name, contextTokens }: { name: string; contextTokens: number }) =>
    createProviderModel(name, connect(name), {
      contextTokens,
      takesPrefix: env.MODEL_TAKES_PREFIX,
      patience: { firstWordMs: env.MODEL_FIRST_WORD_MS, nextWordMs: env.MODEL_NEXT_WORD_MS },
      tools,
    })
  const [first, ...others] = readModels([env.MODEL, env.MODELS].join(','), env.MODEL_CONTEXT_TOKENS).map(create)
  const small = { name: env.SMALL_MODEL || first!.name, contextTokens: env.MODEL_CONTEXT_TOKENS }
  return { offered: [first!, ...others], small: create(small) }
}

function demoModels(env: Settings, tools: Tools): Models {
  const demo = createDemoModel(env.DEMO_WORDS_PER_SECOND, env.MODEL_CONTEXT_TOKENS)
  const thinking = createThinkingDemoModel(env.DEMO_WORDS_PER_SECOND, env.MODEL_CONTEXT_TOKENS, tools)
  return { offered: [demo, thinking], small: demo }
}

/** Reads `gpt-5, gpt-5-mini=128000`: names, each once, with what they may be given of a conversation. */
function readModels(list: string, contextTokens: number): { name: string; contextTokens: number }[] {
  const models = new Map<string, number>()
  for (const item of list.split(',')) {
    const [, name = '', tokens] = /^\s*(.*?)\s*(?:=\s*(\d+)\s*)?$/.exec(item) ?? []
    if (name === '') continue
    if (!models.has(name) || tokens) models.set(name, tokens ? Number(tokens) : contextTokens)
  }
  return Array.from(models, ([name, tokens]) => ({ name, contextTokens: tokens }))
}

type Connect = (model: string) => LanguageModelV4

async function connectAnthropic(env: Settings, fetch: typeof globalThis.fetch): Promise<Connect> {
  if (!env.ANTHROPIC_BASE_URL) delete process.env.ANTHROPIC_BASE_URL // empty, the library refuses to load
  const { createAnthropic } = await import('@ai-sdk/anthropic')
  return createAnthropic({
    apiKey: env.ANTHROPIC_API_KEY,
    fetch,
    ...(env.ANTHROPIC_BASE_URL && { baseURL: env.ANTHROPIC_BASE_URL }),
  })
}

async function connectOpenAi(env: Settings, fetch: typeof globalThis.fetch): Promise<Connect> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
  const provider = createOpenAICompatible({
    name: 'openai',
    baseURL: env.OPENAI_BASE_URL || openAiUrl,
    includeUsage: true,
    fetch,
    ...(env.OPENAI_API_KEY && { apiKey: env.OPENAI_API_KEY }),
  })
  return (model) => provider.chatModel(model)
}
