import { type ImportedMessage, idFrom, limits } from '@parley/protocol'

/** A conversation as ChatGPT's export (`conversations.json`) has it: a tree of messages, and the end of the branch shown. */
type Exported = {
  id?: unknown
  conversation_id?: unknown
  title?: unknown
  create_time?: unknown
  current_node?: unknown
  mapping?: Record<string, Node | undefined>
}
type Node = { id?: unknown; parent?: unknown; message?: ExportedMessage | null }
type ExportedMessage = {
  id?: unknown
  author?: { role?: unknown }
  create_time?: unknown
  content?: { content_type?: unknown; parts?: unknown; text?: unknown }
  metadata?: { model_slug?: unknown; is_visually_hidden_from_conversation?: unknown }
}

export type Imported = { id: string; title: string; messages: ImportedMessage[] }

/**
 * Reads an export of ChatGPT's: of each conversation the branch that was shown last, what people and the model said. Ids
 * are made of those of the export and the reader's, so that the same file read again brings nothing twice.
 *
 * @throws SyntaxError where it is none
 */
export function readChatGpt(json: string, user: string): Imported[] {
  const all: unknown = JSON.parse(json)
  if (!Array.isArray(all)) throw new SyntaxError('not an export from ChatGPT')
  return all.flatMap((each: Exported | null) => {
    const conversation = each && readConversation(each, user)
    return conversation && conversation.messages.length > 0 ? [conversation] : []
  })
}

function readConversation(exported: Exported, user: string): Imported | undefined {
  const mapping = exported.mapping
  const key = textOf(exported.conversation_id) ?? textOf(exported.id)
  if (!mapping || typeof mapping !== 'object' || !key) return undefined
  const id = idFrom(user, key)
  const way: Node[] = []
  const seen = new Set<string>()
  for (let at = textOf(exported.current_node); at && !seen.has(at); ) {
    seen.add(at)
    const node: Node | undefined = mapping[at]
    if (node) way.unshift(node)
    at = textOf(node?.parent)
  }
  let time = momentOf(exported.create_time) ?? 0
  const messages = way.flatMap(({ id: nodeId, message }): ImportedMessage[] => {
    const role = message?.author?.role
    if (!message || (role !== 'user' && role !== 'assistant')) return []
    if (message.metadata?.is_visually_hidden_from_conversation === true) return []
    const content = contentOf(message).replaceAll('\u0000', '').trim()
    if (content === '') return []
    time = Math.max(time, momentOf(message.create_time) ?? 0)
    const model = role === 'assistant' ? textOf(message.metadata?.model_slug) : undefined
    const createdAt = new Date(time).toISOString()
    const name = textOf(message.id) ?? textOf(nodeId) ?? ''
    return piecesOf(content).map((piece, at) => ({
      id: idFrom(id, at === 0 ? name : `${name} ${at}`),
      role,
      content: piece,
      createdAt,
      ...(model && { model: model.slice(0, limits.modelChars) }),
    }))
  })
  return { id, title: (textOf(exported.title) ?? '').replaceAll('\u0000', '').slice(0, limits.titleChars), messages }
}

function contentOf({ content }: ExportedMessage): string {
  if (typeof content?.text === 'string') {
    return content.content_type === 'code' ? `\`\`\`\n${content.text}\n\`\`\`` : content.text
  }
  if (!Array.isArray(content?.parts)) return ''
  return content.parts.map((part) => (typeof part === 'string' ? part : '_(not text)_')).join('\n\n')
}

/** Whole, in as many messages as it takes. */
function piecesOf(content: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < content.length; at += limits.importChars)
    pieces.push(content.slice(at, at + limits.importChars))
  return pieces
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Milliseconds, of the seconds that exports count in. */
function momentOf(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value * 1_000 : Number.NaN
  return ms > 0 && ms < 8.64e15 ? ms : undefined
}
