import { limits, type Message } from '@parley/protocol'
import { type KeyboardEvent, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Button } from '../ui/button.tsx'

type Props = { conversation: string; message: Message; onDone: () => void }

/** A message while its author edits it. */
export function EditBox({ conversation, message, onDone }: Props) {
  const { connection } = useParley()
  const [content, setContent] = useState(message.content)
  const [problem, setProblem] = useState<string>()

  async function save(): Promise<void> {
    try {
      await connection.request({ type: 'edit', conversation, message: message.id, content: content.trim() })
      onDone()
    } catch (error) {
      setProblem((error as Error).message)
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') onDone()
    if (event.key === 'Enter' && !event.shiftKey && content.trim()) {
      event.preventDefault()
      void save()
    }
  }

  return (
    <div className="my-1">
      <textarea
        aria-label="Edit the message"
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
        autoFocus
        maxLength={limits.contentChars}
        className="field-sizing-content w-full resize-none rounded-lg border border-line bg-raised px-3 py-2"
        value={content}
        onChange={(event) => setContent(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {problem && (
        <p role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
      <div className="mt-1 flex gap-2">
        <Button kind="primary" disabled={content.trim() === ''} onClick={save}>
          Save
        </Button>
        <Button kind="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </div>
  )
}
