import { limits, type Message } from '@parley/protocol'
import { type KeyboardEvent, useState } from 'react'
import { useParley } from '../parley/context.ts'
import type { OpenConversation } from '../parley/open-conversation.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'

type Props = { open: OpenConversation; message: Message; isPrompt: boolean; onDone: () => void }

/** A message while its author edits it. What an assistant has isPrompt may be asked again, as another version. */
export function EditBox({ open, message, isPrompt, onDone }: Props) {
  const { connection } = useParley()
  const [content, setContent] = useState(message.content)
  const [problem, setProblem] = useState<string>()
  const text = content.trim()

  async function save(): Promise<void> {
    try {
      await connection.request({ type: 'edit', conversation: open.id, message: message.id, content: text })
      onDone()
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }

  function askAgain(): void {
    open.send(text, message.id)
    onDone()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') onDone()
    if (event.key === 'Enter' && !event.shiftKey && text) {
      event.preventDefault()
      if (isPrompt) askAgain()
      else void save()
    }
  }

  return (
    <div className="my-1">
      <textarea
        aria-label={t('message.editLabel')}
        dir="auto"
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
      <div className="mt-1 flex flex-wrap gap-2">
        {isPrompt && (
          <Button kind="primary" disabled={text === ''} onClick={askAgain}>
            {t('message.askAgain')}
          </Button>
        )}
        <Button kind={isPrompt ? 'plain' : 'primary'} disabled={text === ''} onClick={save}>
          {isPrompt ? t('message.onlyCorrect') : t('ui.save')}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {t('ui.cancel')}
        </Button>
      </div>
    </div>
  )
}
