import type { Api } from '@parley/client'
import { type ConversationDetail, type Message, shownBranch } from '@parley/protocol'
import { titleOf } from '../conversations/title.ts'
import { t } from '../texts/texts.ts'

/** All of a conversation that is kept. */
export type Whole = { detail: ConversationDetail; messages: Message[] }

/** Loads all messages of a conversation, whichever branch they are on, page by page. */
export async function loadWhole(api: Pick<Api, 'getConversation' | 'page'>, id: string): Promise<Whole> {
  const detail = await api.getConversation(id)
  const messages: Message[] = []
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = await api.page(id, { after, limit: 100 })
    messages.push(...page.messages)
    after = page.more ? page.messages.at(-1)?.seq : undefined
  }
  return { detail, messages }
}

/** The shown branch as a document. */
export function toMarkdown({ detail, messages }: Whole): string {
  const { conversation } = detail
  const said = shownBranch(messages, conversation.tip).map((message) => {
    const time = message.createdAt.slice(0, 16).replace('T', ' ')
    return `### ${nameOf(message, detail)}, ${time} UTC\n\n${message.deletedAt ? `_${t('shares.deleted')}_` : message.content}\n`
  })
  return [`# ${titleOf(conversation)}\n`, ...said].join('\n')
}

/** Everything, for programs: all versions too, each under the `parent` that it follows. */
export function toDocument({ detail, messages }: Whole): object {
  const { conversation, members } = detail
  const { id, title, tip } = conversation
  const people = members.map(({ user, name, role, left }) => ({ id: user, name, role, left }))
  const said = messages.map((message) => ({ ...message, authorName: nameOf(message, detail) }))
  return { format: 'parley-conversation', version: 1, id, title, tip, people, messages: said }
}

function nameOf(message: Message, { conversation, members }: ConversationDetail): string {
  if (message.role === 'user') return members.find(({ user }) => user === message.author)?.name ?? t('people.somebody')
  return conversation.assistants.find(({ id }) => id === message.assistant)?.name ?? t('people.assistant')
}

/** Has the browser keep a text as a file. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** A title as the name of a file. */
export function fileName(title: string, extension: string): string {
  const plain = title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  return `${plain.slice(0, 60) || t('shares.fileName')}.${extension}`
}
