import type { Message, Role } from '@parley/protocol'
import { ArrowDown } from 'lucide-react'
import { type ComponentProps, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useBranch } from '../messages/branch.ts'
import { MessageView } from '../messages/message-view.tsx'
import { OutgoingView } from '../messages/outgoing-view.tsx'
import { useParley } from '../parley/context.ts'
import type { OpenConversation } from '../parley/open-conversation.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { useLingering } from './lingering.ts'
import { Day, Empty, NewLine, Seen } from './marks.tsx'
import type { News } from './reading.ts'
import { countAfter, placeOf, type Row, rowsOf } from './rows.ts'

/** Closer to the end than this, the reader follows what comes. */
const followWithinPx = 80
/** What moves the list this soon after it was drawn, or after the reader did something, is due to that. */
const settledWithinMs = 400
/** What readers scroll by. */
const readerEvents = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const
/** What is above the first message. */
const startMarginPx = 24

type Props = {
  open: OpenConversation
  role: Role
  news: News
  /** The `seq` of the message to go to. */
  at: number | undefined
}

/**
 * The messages of a conversation that is there, oldest first; only those near the window are in the document. The list
 * stays at the end while the reader is there, and lets go when they scroll up.
 */
export function MessageList({ open, role, news, at }: Props) {
  const { user } = useParley()
  const state = useStore(open.state)!
  const outgoing = useStore(open.outgoing)
  const editing = useStore(open.editing)
  const box = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  /** The message that was gone to, by its `seq`: it stays in the middle until the reader scrolls. */
  const aim = useRef<number>(undefined)
  const sending = useRef(0)
  const scrolled = useRef({ top: 0, toEndAt: 0, byReaderAt: 0 })
  /** The last message that was there when the reader let go of the end. */
  const [letGoAt, setLetGoAt] = useState<number>()
  const [loading, setLoading] = useState(false)
  const { shown, versionsOf, isPrompt } = useBranch(state)
  const missed = letGoAt === undefined ? 0 : countAfter(state.messages, letGoAt)
  const rows = useMemo(() => rowsOf(shown, outgoing, news, user.id), [shown, outgoing, news, user.id])
  const virtualizer = useRef<VirtualizerHandle>(null)
  const { lingering, onScrolled } = useLingering(rows, virtualizer)
  const needed = [editing, ...Object.keys(state.live)].map((id) => placeOf(rows, id))
  const kept = [...needed, ...lingering].filter((at) => at >= 0)
  const older = useGrownInFront(shown)
  const { wanted, found } = useTarget(open, at)

  const toEnd = useCallback(() => {
    scrolled.current.toEndAt = performance.now()
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [])

  /**
   * Whoever goes to a message finds it in the middle. virtua's own `scrollToIndex` does that again with whatever is measured
   * within 150 ms, and so takes back what the reader scrolls meanwhile.
   */
  const keepPlace = useCallback(() => {
    if (following.current) return toEnd()
    const place = rows.findIndex((row) => 'message' in row && row.message.seq === aim.current)
    const list = virtualizer.current
    if (place < 0 || !list) return
    const middle = startMarginPx + list.getItemOffset(place) + list.getItemSize(place) / 2
    box.current?.scrollTo({ top: middle - box.current.clientHeight / 2 })
  }, [rows, toEnd])

  // After each drawing: whatever is drawn anew may have grown. Who sends something wants to see it.
  useLayoutEffect(() => {
    if (outgoing.length > sending.current) following.current = true
    sending.current = outgoing.length
    if (following.current && !state.past) toEnd()
  })

  useLayoutEffect(() => {
    if (!rows.some((row) => 'message' in row && row.message.seq === wanted)) return
    following.current = false
    aim.current = wanted
    keepPlace()
    found()
  }, [rows, wanted, found, keepPlace])

  // What grows after it was drawn (a font, a wrapped line) keeps in sight what was, too.
  useEffect(() => {
    const content = box.current?.firstElementChild
    if (!content) return
    const observer = new ResizeObserver(keepPlace)
    observer.observe(content)
    return () => observer.disconnect()
  }, [keepPlace])

  /** Whether it is the reader who scrolls: what is measured while it is drawn moves the list, too. */
  function isByReader(top: number): boolean {
    const { top: before, toEndAt, byReaderAt } = scrolled.current
    const now = performance.now()
    return now - byReaderAt < settledWithinMs || (top < before && now - toEndAt > settledWithinMs)
  }

  useEffect(() => {
    const { current } = box
    const note = () => {
      scrolled.current.byReaderAt = performance.now()
      aim.current = undefined
    }
    for (const event of readerEvents) current?.addEventListener(event, note, { passive: true })
    return () => {
      for (const event of readerEvents) current?.removeEventListener(event, note)
    }
  }, [])

  async function onScroll(): Promise<void> {
    const { scrollHeight, scrollTop, clientHeight } = box.current!
    const belowPx = scrollHeight - scrollTop - clientHeight
    const { past, messages } = state
    const isAtEnd = !past && belowPx < followWithinPx
    if (isAtEnd || isByReader(scrollTop)) following.current = isAtEnd
    scrolled.current.top = scrollTop
    onScrolled()
    setLetGoAt((seq) => (following.current ? undefined : (seq ?? messages.at(-1)?.seq ?? 0)))
    const wantsOlder = scrollTop < clientHeight && (past ?? state).hasOlder
    const wantsNewer = past && belowPx < clientHeight
    if (loading || !(wantsOlder || wantsNewer)) return
    setLoading(true)
    await (wantsOlder ? open.loadOlder() : open.loadNewer()).catch(() => {})
    setLoading(false)
  }

  return (
    <div className="relative min-h-0 flex-1">
      {loading && (
        <p className="absolute inset-x-0 top-1 z-10 text-center text-sm text-quiet">
          {t('conversation.loadingMessages')}
        </p>
      )}
      <div ref={box} onScroll={onScroll} className="h-full overflow-y-auto [overflow-anchor:none]">
        <div className="mx-auto max-w-[76ch] px-4 pt-6 pb-2">
          {rows.length === 0 && <Empty />}
          <Virtualizer
            ref={virtualizer}
            scrollRef={box}
            startMargin={startMarginPx}
            shift={older}
            as={Column}
            item="li"
            data={rows}
            keepMounted={kept}
          >
            {(row: Row) =>
              'outgoing' in row ? (
                <OutgoingView key={row.outgoing.id} message={row.outgoing} open={open} />
              ) : (
                <div key={row.message.id} data-target={row.message.seq === at || undefined}>
                  {row.newDay && <Day iso={row.message.createdAt} />}
                  {row.isNew && <NewLine />}
                  <MessageView
                    message={row.message}
                    open={open}
                    state={state}
                    versions={versionsOf(row.message)}
                    isPrompt={isPrompt(row.message)}
                    role={role}
                    first={row.first}
                  />
                </div>
              )
            }
          </Virtualizer>
          {outgoing.length === 0 && !state.past && (
            <Seen message={shown.at(-1)} members={state.members} reader={user.id} />
          )}
        </div>
      </div>
      {letGoAt !== undefined && (
        <Button
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-raised"
          onClick={() => {
            following.current = true
            if (state.past) open.goToNewest()
            else toEnd()
          }}
        >
          <ArrowDown size={16} />{' '}
          {missed === 0 ? t('conversation.newest') : t('conversation.newMessages', { count: missed })}
        </Button>
      )}
    </div>
  )
}

/** While the list scrolls, virtua takes the pointer from it; but it scrolls all the time while a reply is written. */
function Column({ ref, style, ...props }: ComponentProps<'ol'>) {
  return <ol ref={ref} aria-label={t('conversation.messages')} style={{ ...style, pointerEvents: 'auto' }} {...props} />
}

/** The message to go to, until it was found: once for each that is wanted. */
function useTarget(open: OpenConversation, at: number | undefined) {
  const [wanted, setWanted] = useState<number>()
  useEffect(() => {
    if (at === undefined) return
    open.goTo(at).then(
      () => setWanted(at),
      () => {},
    )
  }, [open, at])
  return { wanted, found: useCallback(() => setWanted(undefined), []) }
}

/** Whether this drawing has older messages in front, which must not move what is being read. */
function useGrownInFront(shown: Message[]): boolean {
  const before = useRef<Message[]>(shown)
  const first = before.current[0]
  const grown = first !== undefined && shown[0]?.id !== first.id && shown.some(({ id }) => id === first.id)
  useLayoutEffect(() => {
    before.current = shown
  }, [shown])
  return grown
}
