import type { Api } from '@parley/client'
import { type ImportedMessage, limits, Refusal } from '@parley/protocol'
import type { Imported } from './chatgpt.ts'

/** What one request may carry, well below what servers take. */
const batchChars = 250_000
const tries = 5

/**
 * Makes conversations of what was said elsewhere, one after the other. Where Parley asks to wait, it waits; what is broken
 * off goes on where it was when the same comes again.
 */
export async function bringIn(
  api: Pick<Api, 'createConversation' | 'importMessages'>,
  conversations: Imported[],
  { onProgress, signal }: { onProgress: (done: number) => void; signal: AbortSignal },
): Promise<void> {
  for (const [at, { id, title, messages }] of conversations.entries()) {
    signal.throwIfAborted()
    await patiently(() => api.createConversation({ id, title, assistant: 'auto' }), signal)
    for (const batch of batchesOf(messages)) await patiently(() => api.importMessages(id, batch), signal)
    onProgress(at + 1)
  }
}

function batchesOf(messages: ImportedMessage[]): ImportedMessage[][] {
  const batches: ImportedMessage[][] = []
  let chars = 0
  for (const message of messages) {
    const batch = batches.at(-1)
    chars += message.content.length
    if (batch && batch.length < limits.importMessages && chars <= batchChars) batch.push(message)
    else {
      batches.push([message])
      chars = message.content.length
    }
  }
  return batches
}

async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const mayPass = error instanceof Refusal && (error.code === 'rate.limited' || error.code === 'unavailable')
      if (!mayPass || attempt === tries) throw error
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? 1_000 * attempt))
      signal.throwIfAborted()
    }
  }
}
