/**
 * Makes one event of the words that came together in an event stream, so that what follows is done once for all of them.
 * Only events that say nothing but more text, in the dialect of OpenAI or of Anthropic, are put together; every other is
 * passed on as it is.
 *
 * @param events whole events of an event stream (WHATWG HTML, 9.2)
 */
export function mergeWords(events: string): string {
  if (events.includes('\r')) return events // whose lines end otherwise: rare, and left alone
  let merged = ''
  let last: Words | undefined
  const tell = () => {
    if (last) merged += last.count === 1 ? last.event : last.write()
    last = undefined
  }
  for (const event of events.split('\n\n')) {
    if (event === '') continue
    const words = readWords(`${event}\n\n`)
    if (words && last && words.kind === last.kind) {
      last.text += words.text
      last.count += 1
    } else {
      tell()
      if (words) last = words
      else merged += `${event}\n\n`
    }
  }
  tell()
  return merged
}

type Words = {
  event: string
  /** Words of the same kind belong to the same text. */
  kind: string
  text: string
  count: number
  write(): string
}

type OpenAiChunk = { choices?: { delta?: { content?: unknown }; finish_reason?: unknown }[]; usage?: unknown }
type AnthropicEvent = { type?: string; index?: number; delta?: { type?: string; text?: unknown } }

function readWords(event: string): Words | undefined {
  const dataAt = event.startsWith('data: ') ? 6 : event.startsWith('event: content_block_delta\ndata: ') ? 33 : -1
  if (dataAt === -1 || event[dataAt] !== '{') return undefined
  try {
    const value = JSON.parse(event.slice(dataAt)) as OpenAiChunk & AnthropicEvent
    return ofOpenAi(event, value) ?? ofAnthropic(event, value)
  } catch {
    return undefined
  }
}

function ofOpenAi(event: string, value: OpenAiChunk): Words | undefined {
  const [choice, second] = value.choices ?? []
  const delta = choice?.delta
  if (!delta || second || choice.finish_reason || value.usage) return undefined
  if (typeof delta.content !== 'string' || Object.keys(delta).length !== 1) return undefined
  return {
    event,
    kind: 'openai',
    text: delta.content,
    count: 1,
    write() {
      delta.content = this.text
      return `data: ${JSON.stringify(value)}\n\n`
    },
  }
}

function ofAnthropic(event: string, value: AnthropicEvent): Words | undefined {
  const { type, index, delta } = value
  if (type !== 'content_block_delta' || delta?.type !== 'text_delta' || typeof delta.text !== 'string') return undefined
  return {
    event,
    kind: `anthropic ${index}`,
    text: delta.text,
    count: 1,
    write() {
      delta.text = this.text
      return `event: content_block_delta\ndata: ${JSON.stringify(value)}\n\n`
    },
  }
}
