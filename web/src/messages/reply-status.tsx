import type { ConversationState } from '@parley/client'
import type { Message, Reply } from '@parley/protocol'
import { RotateCcw, Square } from 'lucide-react'
import { useParley } from '../parley/context.ts'
import { Button } from '../ui/button.tsx'

type Props = { message: Message; state: ConversationState; canAct: boolean }

/** Where a reply stands, in words, and the way on: to end it, or to begin it anew. */
export function ReplyStatus({ message, state, canAct }: Props) {
  const { connection } = useParley()
  const reply = message.reply!
  const words = describe(reply, state)
  const going = reply.status === 'queued' || reply.status === 'streaming'
  const order = (type: 'stop' | 'retry') => {
    connection.request({ type, conversation: state.id, message: message.id }).catch(() => {})
  }
  if (!words && !going) return null
  return (
    <div className="mt-1 flex min-h-9 items-center gap-2 text-sm">
      {words && <span className={reply.status === 'failed' ? 'text-danger' : 'text-quiet'}>{words}</span>}
      {going && canAct && (
        <Button kind="quiet" onClick={() => order('stop')}>
          <Square size={14} fill="currentColor" /> Stop
        </Button>
      )}
      {(reply.status === 'failed' || reply.status === 'stopped') && canAct && (
        <Button kind="quiet" onClick={() => order('retry')}>
          <RotateCcw size={14} /> Try again
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
