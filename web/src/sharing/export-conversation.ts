import type { Parley } from '../parley/parley.ts'
import { wordsOf } from '../texts/words.ts'

/** Keeps a conversation as a file, or says why it cannot. */
export async function exportConversation(parley: Parley, id: string, as: 'md' | 'json'): Promise<void> {
  try {
    const { download, fileName, loadWhole, toDocument, toMarkdown } = await import('./export.ts')
    const whole = await loadWhole(parley.api, id)
    const name = fileName(whole.detail.conversation.title, as)
    if (as === 'md') download(name, toMarkdown(whole), 'text/markdown')
    else download(name, JSON.stringify(toDocument(whole), null, 2), 'application/json')
  } catch (error) {
    parley.notice.set({ text: wordsOf(error) })
  }
}
