import type { ConversationState } from '@parley/client'
import type { Message, Role } from '@parley/protocol'
import { ArrowDown } from 'lucide-react'
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useBranch } from '../messages/branch.ts'
import { MessageView } from '../messages/message-view.tsx'
import { OutgoingView } from '../messages/outgoing-view.tsx'
import { useParley } from '../parley/context.ts'
import type { OpenConversation } from '../parley/parley.ts'
import { useStore } from '../parley/store.ts'
import { Button } from '../ui/button.tsx'
import { dayName } from '../ui/time.ts'
import type { News } from './reading.ts'

/** Closer to the end than this, the reader follows what comes. */
const followWithinPx = 80
const groupWithinMs = 5 * 60_000
/** Of those who have read a message, as many are named. */
const maxNames = 3

type Props = {
  open: OpenConversation
  state: ConversationState
  role: Role
  news: News
}

/** The messages, oldest first. It stays at the end while the reader is there, and lets go when they scroll up. */
export function MessageList({ open, state, role, news }: Props) {
  const { user } = useParley()
  const outgoing = useStore(open.outgoing)
  const box = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const heightBefore = useRef(0)
  /** The last message that was there when the reader let go of the end. */
  const [letGoAt, setLetGoAt] = useState<number>()
  const [loading, setLoading] = useState(false)
  const { shown, versionsOf, isPrompt } = useBranch(state)
  const first = shown[0]?.seq
  const firstNew = shown.find(({ seq }) => seq > news.from)
  const hasNews = firstNew !== undefined && firstNew.seq <= news.to && firstNew.author !== user.id
  const missed = letGoAt === undefined ? 0 : shown.filter(({ seq }) => seq > letGoAt).length

  function toEnd(): void {
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }

  // After each drawing: whatever is drawn anew may have grown.
  useLayoutEffect(() => {
    if (following.current) toEnd()
  })

  // Older messages in front must not move what is being read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new first message puts something in front
  useLayoutEffect(() => {
    const { current } = box
    if (!current) return
    if (!following.current && heightBefore.current > 0) current.scrollTop += current.scrollHeight - heightBefore.current
    heightBefore.current = 0
  }, [first])

  // What grows after it was drawn (a font, a wrapped line) keeps the end in sight, too.
  useEffect(() => {
    const content = box.current?.firstElementChild
    if (!content) return
    const observer = new ResizeObserver(() => {
      if (following.current) box.current?.scrollTo({ top: box.current.scrollHeight })
    })
    observer.observe(content)
    return () => observer.disconnect()
  }, [])

  async function onScroll(): Promise<void> {
    const { scrollHeight, scrollTop, clientHeight } = box.current!
    following.current = scrollHeight - scrollTop - clientHeight < followWithinPx
    setLetGoAt((seq) => (following.current ? undefined : (seq ?? shown.at(-1)?.seq ?? 0)))
    if (scrollTop > clientHeight || !state.hasOlder || loading) return
    setLoading(true)
    heightBefore.current = scrollHeight
    await open.loadOlder().catch(() => {})
    setLoading(false)
  }

  return (
    <div className="relative min-h-0 flex-1">
      <div ref={box} onScroll={onScroll} className="h-full overflow-y-auto [overflow-anchor:none]">
        <ol className="mx-auto flex max-w-[76ch] flex-col px-4 pt-6 pb-2" aria-label="Messages">
          {state.hasOlder && <li className="py-2 text-center text-sm text-quiet">Loading older messages …</li>}
          {shown.length === 0 && outgoing.length === 0 && <Empty />}
          {shown.map((message, at) => {
            const before = shown[at - 1]
            const newDay = !before || dayName(before.createdAt) !== dayName(message.createdAt)
            return (
              <Fragment key={message.id}>
                {newDay && <Day iso={message.createdAt} />}
                {hasNews && message === firstNew && <NewLine />}
                <MessageView
                  message={message}
                  open={open}
                  state={state}
                  versions={versionsOf(message)}
                  isPrompt={isPrompt(message)}
                  role={role}
                  first={newDay || (hasNews && message === firstNew) || startsGroup(message, before)}
                />
              </Fragment>
            )
          })}
          {outgoing.map((message) => (
            <OutgoingView key={message.id} message={message} open={open} />
          ))}
          {outgoing.length === 0 && <Seen message={shown.at(-1)} members={state.members} reader={user.id} />}
        </ol>
      </div>
      {letGoAt !== undefined && (
        <Button
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-raised"
          onClick={() => {
            following.current = true
            toEnd()
          }}
        >
          <ArrowDown size={16} /> {missed === 0 ? 'Newest' : missed === 1 ? '1 new message' : `${missed} new messages`}
        </Button>
      )}
    </div>
  )
}

function startsGroup(message: Message, before: Message | undefined): boolean {
  if (!before || before.author !== message.author || before.assistant !== message.assistant) return true
  return Date.parse(message.createdAt) - Date.parse(before.createdAt) > groupWithinMs
}

function Day({ iso }: { iso: string }) {
  return (
    <li className="my-4 text-center text-sm text-quiet">
      <time dateTime={iso.slice(0, 10)}>{dayName(iso)}</time>
    </li>
  )
}

/** Who else has read the newest message. */
function Seen({
  message,
  members,
  reader,
}: {
  message: Message | undefined
  members: ConversationState['members']
  reader: string
}) {
  const names = Object.values(members)
    .filter(
      ({ user, left, lastReadSeq }) =>
        !left && user !== reader && user !== message?.author && lastReadSeq >= (message?.seq ?? 0),
    )
    .map(({ name }) => name)
  if (!message || names.length === 0) return null
  const others = names.length - maxNames
  return (
    <li className="mt-1 text-right text-sm text-quiet">
      Seen by {names.slice(0, maxNames).join(', ')}
      {others > 0 && ` and ${others} more`}
    </li>
  )
}

function NewLine() {
  return (
    <li className="my-2 flex items-center gap-3 text-sm font-medium text-danger">
      <span className="h-px flex-1 bg-danger/40" /> New <span className="h-px flex-1 bg-danger/40" />
    </li>
  )
}

function Empty() {
  return (
    <li className="py-24 text-center">
      <p className="text-lg font-semibold">Say something</p>
      <p className="mt-1 text-quiet">
        The assistant answers while you are alone with it. Invite people to talk together.
      </p>
    </li>
  )
}
