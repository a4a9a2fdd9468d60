import type { ConversationState } from '@parley/client'
import { limits, type Role } from '@parley/protocol'
import { ArrowUp } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useParley } from '../parley/context.ts'
import type { OpenConversation } from '../parley/parley.ts'
import { Button } from '../ui/button.tsx'

/** Others are told again that somebody types after this long. */
const typingEveryMs = 3_000

type Props = { open: OpenConversation; state: ConversationState; role: Role }

/** Where messages are written. Enter sends, Shift-Enter makes a new line. */
export function Composer({ open, state, role }: Props) {
  const { connection, status } = useParley()
  const [content, setContent] = useState('')
  const toldAt = useRef(0)

  if (role === 'viewer')
    return <p className="px-4 pb-4 text-center text-quiet">You can read along here, but not write.</p>

  function tell(on: boolean): void {
    toldAt.current = on ? Date.now() : 0
    if (status.get().state !== 'open') return
    connection.request({ type: 'typing', conversation: state.id, on }).catch(() => {})
  }

  function change(next: string): void {
    setContent(next)
    if (next.trim() === '') {
      if (toldAt.current > 0) tell(false)
    } else if (Date.now() - toldAt.current > typingEveryMs) tell(true)
  }

  function send(): void {
    if (content.trim() === '') return
    open.send(content.trim())
    setContent('')
    toldAt.current = 0
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }

  return (
    <form
      className="mx-auto w-full max-w-[76ch] shrink-0 px-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div className="flex items-end gap-2 rounded-2xl border border-line bg-raised p-2 shadow-sm focus-within:border-accent">
        <textarea
          aria-label="Message"
          placeholder={invitation(state)}
          rows={1}
          maxLength={limits.contentChars}
          className="field-sizing-content max-h-[40dvh] min-h-11 flex-1 resize-none bg-transparent px-2 py-2 outline-none placeholder:text-quiet sm:min-h-9 sm:py-1.5"
          value={content}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Button type="submit" kind="round" aria-label="Send" disabled={content.trim() === ''}>
          <ArrowUp size={18} />
        </Button>
      </div>
    </form>
  )
}

/** What stands in the empty field: whom one has to mention to be answered, where nobody answers all. */
function invitation({ conversation: { assistants, memberCount } }: ConversationState): string {
  const speaking = assistants.filter(({ left, mode }) => !left && mode !== 'off')
  const answered = speaking.some(({ mode }) => mode === 'always' || (mode === 'auto' && memberCount === 1))
  return answered || !speaking[0] ? 'Write a message' : `Write a message, or ask @${speaking[0].handle}`
}
