import type { ConversationState } from '@parley/client'
import { limits } from '@parley/protocol'
import { ArrowUp } from 'lucide-react'
import { type DragEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useActions } from '../commands/actions.tsx'
import { isGoing } from '../messages/going.ts'
import { useParley } from '../parley/context.ts'
import type { OpenConversation } from '../parley/open-conversation.ts'
import { useStore } from '../parley/store.ts'
import { listOf, t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { Choices, useChoosing } from '../ui/choices.tsx'
import { useDraft } from './draft.ts'
import { asBlocks } from './files.ts'
import { ModelPicker } from './model-picker.tsx'
import { roleIn } from './role.ts'
import { addressedIn, speakingIn } from './speaking.ts'
import { type Suggestion, useSuggestions } from './suggestions.ts'
import { replaceWord, type Word, wordBefore } from './word.ts'

/** Others are told again that somebody types after this long. */
const typingEveryMs = 3_000

/** The state is there a little later than the field. */
type Props = { open: OpenConversation; state: ConversationState | undefined }

/** Where messages are written, or what those read who may not write. */
export function Composer({ open, state }: Props) {
  const { user, list } = useParley()
  const listed = useStore(list).items.find(({ id }) => id === open.id)?.role
  const role = state ? roleIn(state, user.id) : listed
  if (role !== 'viewer') return <Field open={open} state={state} />
  return <p className="px-4 pb-4 text-center text-quiet">{t('composer.readOnly')}</p>
}

/**
 * Enter sends, Shift-Enter makes a new line, ↑ in the empty field edits one's last message, Escape stops the reply; `@`,
 * `/` and `:` suggest.
 * What is written stays there until it is sent.
 */
function Field({ open, state }: Props) {
  const { user, connection } = useParley()
  const [content, setContent] = useDraft(open.id)
  const [word, setWord] = useState<Word>()
  const [problem, setProblem] = useState<string>()
  const field = useRef<HTMLTextAreaElement>(null)
  const caret = useRef<number>(undefined)
  const tellTyping = useTyping(open.id)
  const suggestions = useSuggestions(word, state, useActions())
  const { inputProps, list, onKeyDown: steer } = useChoosing(suggestions, take)
  useFocus(open, field)

  // The caret goes where a suggestion or a file ends, once that is drawn.
  useLayoutEffect(() => {
    if (caret.current === undefined) return
    field.current?.setSelectionRange(caret.current, caret.current)
    caret.current = undefined
  })

  function change(next: string): void {
    setContent(next)
    setProblem(undefined)
    tellTyping(next.trim() !== '')
  }

  function take(suggestion: Suggestion): void {
    setWord(undefined)
    if ('run' in suggestion) {
      change('')
      suggestion.run()
    } else if (word) {
      const [next, to] = replaceWord(content, word, suggestion.text)
      caret.current = to
      change(next)
    }
  }

  function send(): void {
    if (content.trim() === '') return
    open.send(content.trim())
    setContent('')
    setWord(undefined)
    tellTyping.sent()
  }

  async function insert(files: FileList): Promise<void> {
    const { blocks, refused } = await asBlocks([...files])
    if (!field.current) return // left meanwhile
    const { value, selectionStart, selectionEnd } = field.current // what it holds now, not when the file was dropped
    const next = value.slice(0, selectionStart) + blocks + value.slice(selectionEnd)
    if (next.length > limits.contentChars) {
      setProblem(t('composer.tooMuch'))
      return
    }
    caret.current = selectionStart + blocks.length
    change(next)
    if (refused.length > 0) setProblem(t('composer.onlyText', { names: listOf(refused) }))
    field.current?.focus()
  }

  /** Begins the message with a mention of an assistant, in the place of another's. */
  function mention(handle: string): void {
    const asked = state && addressedIn(state.conversation, content)
    const begins = asked && content.startsWith(`@${asked.handle}`)
    change(`@${handle} ${begins ? content.slice(asked.handle.length + 1).trimStart() : content}`)
    field.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (steer(event) || event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      if (suggestions.length === 0) stopReply()
      setWord(undefined)
    }
    if (event.key === 'ArrowUp' && content === '') editLast(event)
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    send()
  }

  function editLast(event: KeyboardEvent): void {
    const last = state?.messages.findLast(({ author, deletedAt, aside }) => author === user.id && !deletedAt && !aside)
    if (!last) return
    event.preventDefault()
    open.editing.set(last.id)
  }

  /** Ends the last reply that is going, wherever one reads meanwhile. */
  function stopReply(): void {
    const { reply, id } = state?.messages.findLast(isGoing) ?? {}
    if (!reply || !id) return
    connection
      .request({ type: 'stop', conversation: open.id, message: id })
      .catch((error) => setProblem(wordsOf(error)))
  }

  function onDrop(event: DragEvent): void {
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    void insert(event.dataTransfer.files)
  }

  return (
    <form
      className="relative mx-auto w-full max-w-[76ch] shrink-0 px-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      {suggestions.length > 0 && (
        <div className="absolute inset-x-4 bottom-full z-10 mb-2 rounded-xl border border-line bg-raised p-1 shadow-raised">
          <Choices label={t('composer.suggestions')} list={list} className="max-h-[40dvh]" />
        </div>
      )}
      {problem && (
        <p role="alert" className="pb-2 text-sm text-danger">
          {problem}
        </p>
      )}
      <div className="flex items-end gap-2 rounded-2xl border border-line bg-raised p-2 shadow-sm focus-within:border-accent">
        <textarea
          ref={field}
          {...inputProps}
          aria-label={t('composer.message')}
          dir="auto"
          placeholder={invitation(state)}
          rows={1}
          maxLength={limits.contentChars}
          className="field-sizing-content max-h-[40dvh] min-h-11 flex-1 resize-none bg-transparent px-2 py-2 outline-none placeholder:text-quiet sm:min-h-9 sm:py-1.5"
          value={content}
          onChange={(event) => change(event.target.value)}
          onSelect={({ currentTarget: { value, selectionStart } }) => setWord(wordBefore(value, selectionStart))}
          onBlur={() => setWord(undefined)}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return
            event.preventDefault()
            void insert(event.clipboardData.files)
          }}
          onKeyDown={onKeyDown}
        />
        {state && <ModelPicker state={state} content={content} onMention={mention} />}
        <Button type="submit" kind="round" aria-label={t('composer.send')} disabled={content.trim() === ''}>
          <ArrowUp size={18} />
        </Button>
      </div>
    </form>
  )
}

/** Tells the others that one types, not too often, and that one has stopped. */
function useTyping(conversation: string): ((on: boolean) => void) & { sent(): void } {
  const { connection, status } = useParley()
  const toldAt = useRef(0)

  function tell(on: boolean): void {
    toldAt.current = on ? Date.now() : 0
    if (status.get().state !== 'open') return
    connection.request({ type: 'typing', conversation, on }).catch(() => {})
  }

  function note(on: boolean): void {
    if (!on && toldAt.current > 0) tell(false)
    if (on && Date.now() - toldAt.current > typingEveryMs) tell(true)
  }

  return Object.assign(note, {
    /** The message itself says that one has stopped. */
    sent() {
      toldAt.current = 0
    },
  })
}

/** Whoever comes, or has edited a message, writes; where that opens a keyboard over the page, only when they say so. */
function useFocus(open: OpenConversation, field: React.RefObject<HTMLTextAreaElement | null>): void {
  const editing = useStore(open.editing)
  useEffect(() => {
    if (!editing && window.matchMedia('(hover: hover)').matches) field.current?.focus()
  }, [editing, field])
}

/** What stands in the empty field: whom one has to mention to be answered, where nobody answers all. */
function invitation(state: ConversationState | undefined): string {
  if (!state) return t('composer.write')
  const { conversation } = state
  const [first] = speakingIn(conversation)
  if (!first || addressedIn(conversation, '')) return t('composer.write')
  return t('composer.writeOrAsk', { handle: `@${first.handle}` })
}
