import type {
  LanguageModelV4,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import type { Usage } from '@parley/protocol'
import type { Tools } from '../tools/tools.ts'
import { ModelError, type ModelPart } from './model.ts'

/** How often one reply may have its tools run, one round after the other. */
const maxRounds = 12

export type Conversing = {
  model: LanguageModelV4
  messages: LanguageModelV4Message[]
  temperature?: number | undefined
  tools?: Tools
  signal: AbortSignal
}

type Call = { toolCallId: string; toolName: string; input: string }
type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content']
type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>

/**
 * Has a model answer, runs the tools that it calls, and tells it what they said, until it is done.
 *
 * It speaks to the provider by way of the AI SDK's own adapters, and goes through their stream once: `streamText`, which
 * tees and transforms it many times, took most of a worker's time (docs/decisions/0007).
 *
 * @throws ModelError, or what the provider's adapter throws
 */
export async function* converse(options: Conversing): AsyncIterable<ModelPart> {
  const { model, temperature, tools, signal } = options
  const messages = [...options.messages]
  const offered = tools && offer(tools)
  let spent: Usage = { inputTokens: 0, outputTokens: 0 }
  for (let round = 1; ; round += 1) {
    const { stream } = await model.doStream({
      prompt: messages,
      abortSignal: signal,
      ...(temperature !== undefined && { temperature }),
      ...(offered && offered.length > 0 && { tools: offered }),
    })
    const said = createRecord()
    for await (const part of stream) {
      const told = said.take(part)
      if (told) yield told
    }
    const finish = requireFinish(said.finish)
    spent = add(spent, finish.usage)
    if (said.calls.length === 0 || !tools || round === maxRounds) {
      yield { usage: spent, cut: finish.finishReason.unified === 'length' }
      return
    }
    const answers = await Promise.all(said.calls.map((call) => run(tools, call, signal)))
    for (const { toolCallId: id, output, failed } of answers) yield { result: { id, output, failed } }
    messages.push({ role: 'assistant', content: said.content }, { role: 'tool', content: answers.map(toResult) })
  }
}

/** Gathers what the model says in one round, as it has to be told again in the next. */
function createRecord() {
  const content: AssistantContent = []
  const calls: Call[] = []
  let finish: Finish | undefined

  function addText(type: 'text' | 'reasoning', text: string): void {
    const last = content.at(-1)
    if (last?.type === type) last.text += text
    else content.push({ type, text })
  }

  return {
    content,
    calls,
    get finish() {
      return finish
    },
    take(part: LanguageModelV4StreamPart): ModelPart | undefined {
      switch (part.type) {
        case 'text-delta':
          addText('text', part.delta)
          return part.delta === '' ? undefined : { text: part.delta }
        case 'reasoning-delta':
          addText('reasoning', part.delta)
          return part.delta === '' ? undefined : { reasoning: part.delta }
        case 'reasoning-end': {
          // A signature, without which the provider would not take its reasoning back.
          const last = content.at(-1)
          if (last?.type === 'reasoning' && part.providerMetadata) last.providerOptions = part.providerMetadata
          return undefined
        }
        case 'tool-call': {
          const { toolCallId, toolName, input, providerMetadata: providerOptions } = part
          calls.push({ toolCallId, toolName, input })
          const asked = { type: 'tool-call' as const, toolCallId, toolName, input: parse(input) ?? {} }
          content.push({ ...asked, ...(providerOptions && { providerOptions }) })
          return { call: { id: toolCallId, name: toolName, input } }
        }
        case 'error':
          throw part.error
        case 'finish':
          finish = part
          return undefined
        default:
          return undefined
      }
    },
  }
}

function requireFinish(finish: Finish | undefined): Finish {
  const { unified, raw } = finish?.finishReason ?? {}
  if (unified === 'content-filter') throw new ModelError('provider.content_filter')
  // No reason at all is what a connection leaves that ended too early.
  if (!finish || (unified === 'other' && raw === undefined)) throw new ModelError('provider.cut')
  if (unified === 'error') throw new ModelError('provider.failed')
  return finish
}

async function run(tools: Tools, call: Call, signal: AbortSignal) {
  const input = parse(call.input)
  const answer =
    input === undefined
      ? { output: 'The input is not JSON.', failed: true }
      : await tools.run(call.toolName, input, signal)
  return { ...call, ...answer }
}

function toResult({ toolCallId, toolName, output, failed }: Call & { output: string; failed: boolean }) {
  const said = { type: failed ? ('error-text' as const) : ('text' as const), value: output }
  return { type: 'tool-result' as const, toolCallId, toolName, output: said }
}

function offer({ all }: Tools): LanguageModelV4FunctionTool[] {
  return Object.entries(all).map(([name, { description, input }]) => ({
    type: 'function',
    name,
    description,
    inputSchema: input,
  }))
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json || '{}')
  } catch {
    return undefined
  }
}

function add(spent: Usage, { inputTokens, outputTokens }: LanguageModelV4Usage): Usage {
  const cached = inputTokens.cacheRead
  return {
    inputTokens: spent.inputTokens + (inputTokens.total ?? 0),
    outputTokens: spent.outputTokens + (outputTokens.total ?? 0),
    ...((cached !== undefined || spent.cachedTokens !== undefined) && {
      cachedTokens: (spent.cachedTokens ?? 0) + (cached ?? 0),
    }),
  }
}
