import type { ConversationState } from '@parley/client'
import type { Message, Reply } from '@parley/protocol'
import { ArrowRightToLine, RotateCcw, Square } from 'lucide-react'
import { t } from '../texts/texts.ts'
import { failureOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { clockTime } from '../ui/time.ts'

type Order = 'stop' | 'retry' | 'continue'
type Props = { message: Message; state: ConversationState; canAct: boolean; onOrder: (order: Order) => void }

/**
 * Where a reply stands, in words, and the way on: to end it, to go on with it, or to begin it anew. *Stop* stands before
 * the words, which come and go: it does not move from under the pointer.
 */
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
            <Button kind="quiet" className={order === 'stop' ? 'order-first' : ''} onClick={() => onOrder(order)}>
              <Order order={order} />
            </Button>
          )}
        </div>
      )}
      {leftOut && <p className="mt-1 text-sm text-quiet">{leftOut}</p>}
    </>
  )
}

function Order({ order }: { order: Order }) {
  switch (order) {
    case 'stop':
      return (
        <>
          <Square size={14} fill="currentColor" /> {t('reply.stop')}
        </>
      )
    case 'retry':
      return (
        <>
          <RotateCcw size={14} /> {t('ui.tryAgain')}
        </>
      )
    case 'continue':
      return (
        <>
          <ArrowRightToLine size={14} className="rtl:rotate-180" /> {t('reply.continue')}
        </>
      )
  }
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
      return waiting[id] ? t('reply.waitingAfter', { count: waiting[id] }) : t('reply.waiting')
    case 'streaming':
      return reply.attempt > 1 ? t('reply.startedAgain') : ''
    case 'complete':
      return reply.cut ? t('reply.cut') : ''
    case 'stopped':
      return stoppedBy(members[reply.by]?.name)
    case 'failed':
      return reply.resetsAt
        ? `${failureOf(reply)} ${t('usage.startsAgain', { time: clockTime(reply.resetsAt) })}`
        : failureOf(reply)
  }
}

function stoppedBy(name: string | undefined): string {
  return name ? t('reply.stoppedBy', { name }) : t('reply.stopped')
}

function tellLeftOut({ messages, summarised }: NonNullable<Message['leftOut']>): string {
  return t(summarised ? 'reply.summarised' : 'reply.leftOut', { count: messages })
}
