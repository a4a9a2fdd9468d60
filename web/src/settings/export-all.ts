import type { Api } from '@parley/client'
import type { ConversationSummary, User } from '@parley/protocol'
import { download, loadWhole, toDocument } from '../sharing/export.ts'

type Reading = Pick<Api, 'listConversations' | 'getConversation' | 'page'>

/** Keeps all that one has said and was told as a file, those in the archive too. */
export async function exportAll(api: Reading, user: User, onProgress: (done: number) => void): Promise<void> {
  const items: ConversationSummary[] = []
  for (const place of [undefined, 'archive'] as const) {
    for (let before: string | undefined = ''; before !== undefined; ) {
      const page = await api.listConversations({ ...(before && { before }), ...(place && { place }) })
      items.push(...page.conversations)
      before = page.next
    }
  }
  const conversations: object[] = []
  for (const { id } of items) {
    conversations.push(toDocument(await loadWhole(api, id)))
    onProgress(conversations.length)
  }
  const text = JSON.stringify({ format: 'parley-account', version: 1, user, conversations })
  download('parley.json', text, 'application/json')
}
