import { SettingError } from '@parley/kit'
import type Type from 'typebox'
import type { modelSettings } from '../settings.ts'
import { createDemoModel } from './demo.ts'
import type { Model } from './model.ts'

type Settings = { [K in keyof typeof modelSettings]: Type.Static<(typeof modelSettings)[K]> }

const openAiUrl = 'https://api.openai.com/v1'

/**
 * The model that the settings name: Anthropic's where its key is set, an OpenAI-compatible server's where its address
 * or key is, else the demo model.
 *
 * @throws SettingError where a provider is set without a model
 */
export async function chooseModel(env: Settings): Promise<Model> {
  const anthropic = env.ANTHROPIC_API_KEY !== ''
  if (!anthropic && !env.OPENAI_API_KEY && !env.OPENAI_BASE_URL) return createDemoModel(env.DEMO_WORDS_PER_SECOND)
  if (!env.MODEL) throw new SettingError('MODEL is not set (which of the provider’s models answers)')
  const options = {
    takesPrefix: env.MODEL_TAKES_PREFIX,
    patience: { firstWordMs: env.MODEL_FIRST_WORD_MS, nextWordMs: env.MODEL_NEXT_WORD_MS },
  }
  const { createProviderModel } = await import('./provider.ts') // a large library, which the demo does without
  if (anthropic) {
    if (!env.ANTHROPIC_BASE_URL) delete process.env.ANTHROPIC_BASE_URL // empty, the library refuses to load
    const { createAnthropic } = await import('@ai-sdk/anthropic')
    const provider = createAnthropic({
      apiKey: env.ANTHROPIC_API_KEY,
      ...(env.ANTHROPIC_BASE_URL && { baseURL: env.ANTHROPIC_BASE_URL }),
    })
    return createProviderModel(env.MODEL, provider(env.MODEL), options)
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
  const provider = createOpenAICompatible({
    name: 'openai',
    baseURL: env.OPENAI_BASE_URL || openAiUrl,
    includeUsage: true,
    ...(env.OPENAI_API_KEY && { apiKey: env.OPENAI_API_KEY }),
  })
  return createProviderModel(env.MODEL, provider.chatModel(env.MODEL), options)
}
