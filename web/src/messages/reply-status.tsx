import type { ConversationState } from '@parley/client'
import type { Message, Reply } from '@parley/protocol'
import { Square } from 'lucide-react'
import { useParley } from '../parley/context.ts'
import { Button } from '../ui/button.tsx'

type Props = { message: Message; state: ConversationState; canStop: boolean }

/** Where a reply stands, in words, and the button that ends it. */
export function ReplyStatus({ message, state, canStop }: Props) {
  const { connection } = useParley()
  const reply = message.reply!
  const words = describe(reply, state)
  const going = reply.status === 'queued' || reply.status === 'streaming'
  if (!words && !going) return null
  return (
    <div className="mt-1 flex min-h-9 items-center gap-2 text-sm">
      {words && <span className={reply.status === 'failed' ? 'text-danger' : 'text-quiet'}>{words}</span>}
      {going && canStop && (
        <Button
          kind="quiet"
          onClick={() => {
            connection.request({ type: 'stop', conversation: state.id, message: message.id }).catch(() => {})
          }}
        >
          <Square size={14} fill="currentColor" /> Stop
        </Button>
      )}
    </div>
  )
}

function describe(reply: Reply, state: ConversationState): string {
  switch (reply.status) {
    case 'queued':
      return 'Waiting for the assistant …'
    case 'streaming':
      return reply.attempt > 1 ? 'Started again by another worker' : ''
    case 'complete':
      return ''
    case 'stopped':
      return `Stopped by ${state.members[reply.by]?.name ?? 'somebody'}`
    case 'failed':
      return reply.reason
  }
}
