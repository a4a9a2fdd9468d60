import { useEffect, useRef, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { bringIn } from './bring-in.ts'
import { readChatGpt } from './chatgpt.ts'

type Work = { at: 'choosing' } | { at: 'working' | 'done'; done: number; of: number } | { at: 'failed'; reason: string }

/** Brings in what was said in ChatGPT. Closing it stops after what is under way; the same file goes on from there. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { api, user, refresh } = useParley()
  const [work, setWork] = useState<Work>({ at: 'choosing' })
  const closing = useRef(new AbortController())
  useEffect(() => {
    const controller = new AbortController()
    closing.current = controller
    return () => controller.abort()
  }, [])

  async function take(file: File | undefined): Promise<void> {
    if (!file) return
    const { signal } = closing.current
    try {
      const conversations = readChatGpt(await file.text(), user.id)
      const of = conversations.length
      setWork({ at: 'working', done: 0, of })
      await bringIn(api, conversations, { signal, onProgress: (done) => setWork({ at: 'working', done, of }) })
      setWork({ at: 'done', done: of, of })
    } catch (error) {
      if (!signal.aborted) setWork({ at: 'failed', reason: wordsOf(error) })
    }
    refresh()
  }

  return (
    <Dialog title="Import from ChatGPT" onClose={onClose}>
      <p className="mb-4 text-quiet">
        In ChatGPT, choose Settings, Data controls, Export. Unpack what you are sent, and choose its conversations.json
        here.
      </p>
      {work.at !== 'working' && (
        <input
          type="file"
          accept=".json,application/json"
          aria-label="The file conversations.json"
          className="w-full cursor-pointer rounded-lg border border-line p-3"
          onChange={(event) => void take(event.target.files?.[0])}
        />
      )}
      {(work.at === 'working' || work.at === 'done') && (
        <div className="mt-4">
          <progress
            className="w-full"
            value={work.done}
            max={Math.max(1, work.of)}
            aria-label="Conversations brought in"
          />
          <p role="status">
            {work.at === 'done'
              ? `All ${work.of} conversations are here, in the list under their dates.`
              : `${work.done} of ${work.of} conversations`}
          </p>
        </div>
      )}
      {work.at === 'failed' && (
        <p role="alert" className="mt-4 text-danger">
          {work.reason} Choose the file again to go on.
        </p>
      )}
    </Dialog>
  )
}

function wordsOf(error: unknown): string {
  return error instanceof SyntaxError
    ? 'This is not the conversations.json of an export from ChatGPT.'
    : (error as Error).message
}
