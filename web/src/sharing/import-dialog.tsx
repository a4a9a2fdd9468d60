import { useEffect, useRef, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
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
      if (!signal.aborted) setWork({ at: 'failed', reason: problemIn(error) })
    }
    refresh()
  }

  return (
    <Dialog title={t('actions.import')} onClose={onClose}>
      <p className="mb-4 text-quiet">{t('import.text')}</p>
      {work.at !== 'working' && (
        <input
          type="file"
          accept=".json,application/json"
          aria-label={t('import.file')}
          className="w-full cursor-pointer rounded-lg border border-line p-3"
          onChange={(event) => void take(event.target.files?.[0])}
        />
      )}
      {(work.at === 'working' || work.at === 'done') && (
        <div className="mt-4">
          <progress className="w-full" value={work.done} max={Math.max(1, work.of)} aria-label={t('import.progress')} />
          <p role="status">
            {work.at === 'done'
              ? t('import.done', { count: work.of })
              : t('import.working', { done: work.done, count: work.of })}
          </p>
        </div>
      )}
      {work.at === 'failed' && (
        <p role="alert" className="mt-4 text-danger">
          {work.reason} {t('import.again')}
        </p>
      )}
    </Dialog>
  )
}

function problemIn(error: unknown): string {
  return error instanceof SyntaxError ? t('import.notOne') : wordsOf(error)
}
