import type { ConversationState } from '@parley/client'
import type { Message, Reply } from '@parley/protocol'
import { ArrowRightToLine, RotateCcw, Square } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { clockTime } from '../ui/time.ts'

type Order = 'stop' | 'retry' | 'continue'
type Props = { message: Message; state: ConversationState; canAct: boolean; onOrder: (order: Order) => void }

/** Where a reply stands, in words, and the way on: to end it, to go on with it, or to begin it anew. */
export function ReplyStatus({ message, state, canAct, onOrder }: Props) {
  const reply = message.reply!
  const words = describe(reply, message.id, state)
  const order = orderFor(reply)
  const leftOut = message.leftOut && tellLeftOut(message.leftOut)
  if (!words && !order && !leftOut) return null
  return (
    <>
      {(words || (order && canAct)) && (
        <div className="mt-1 flex min-h-9 flex-wrap items-center gap-2 text-sm">
          {words && <span className={reply.status === 'failed' ? 'text-danger' : 'text-quiet'}>{words}</span>}
          {order && canAct && (
            <Button kind="quiet" onClick={() => onOrder(order)}>
              {orders[order]}
            </Button>
          )}
        </div>
      )}
      {leftOut && <p className="mt-1 text-sm text-quiet">{leftOut}</p>}
    </>
  )
}

const orders: Record<Order, React.ReactNode> = {
  stop: (
    <>
      <Square size={14} fill="currentColor" /> Stop
    </>
  ),
  retry: (
    <>
      <RotateCcw size={14} /> Try again
    </>
  ),
  continue: (
    <>
      <ArrowRightToLine size={14} /> Continue
    </>
  ),
}

function orderFor(reply: Reply): Order | undefined {
  switch (reply.status) {
    case 'queued':
    case 'streaming':
      return 'stop'
    case 'failed':
    case 'stopped':
      return 'retry'
    case 'complete':
      return reply.cut ? 'continue' : undefined
  }
}

function describe(reply: Reply, id: string, { waiting, members }: ConversationState): string {
  switch (reply.status) {
    case 'queued':
      return waiting[id] ? `Waiting for its turn, ${waiting[id]} before it …` : 'Waiting for the assistant …'
    case 'streaming':
      return reply.attempt > 1 ? 'Started again' : ''
    case 'complete':
      return reply.cut ? 'Reached the length limit.' : ''
    case 'stopped':
      return `Stopped by ${members[reply.by]?.name ?? 'somebody'}`
    case 'failed':
      return reply.resetsAt ? `${reply.reason} It starts again at ${clockTime(reply.resetsAt)}.` : reply.reason
  }
}

function tellLeftOut({ messages, summarised }: NonNullable<Message['leftOut']>): string {
  const what = messages === 1 ? 'The oldest message' : `The oldest ${messages} messages`
  return summarised
    ? `${what} did not fit into what the model reads; it read a summary.`
    : `${what} did not fit into what the model reads.`
}
