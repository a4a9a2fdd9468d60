import { type Frame, type FrameOf, Refusal, shownBranch } from '@parley/protocol'
import type { Api } from './api.ts'
import type { Connection, ConnectionStatus } from './connection.ts'
import {
  append,
  applyFrame,
  type ConversationState,
  catchUp,
  type Kept,
  lookAt,
  prepend,
  resume,
  startFrom,
} from './conversation.ts'

export type Follower = {
  readonly state: ConversationState | undefined
  /** Give it every frame and status that the connection tells. */
  onFrame(frame: Frame): void
  onStatus(status: ConnectionStatus): void
  /** Loads the page before the oldest message, or after the newest one, of those that the reader looks at. */
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  /** Goes to a message by its `seq`, of whatever version of the conversation. */
  goTo(seq: number): Promise<void>
  /** Goes back to the newest. */
  goToNewest(): void
  close(): void
}

export type FollowOptions = {
  api: Pick<Api, 'getConversation' | 'page'>
  connection: () => Pick<Connection, 'request' | 'status'>
  conversation: string
  /** What was kept of it, to begin with. */
  kept?: () => Promise<Kept | undefined>
  onState: (state: ConversationState) => void
  /** The conversation cannot be followed: it is not there, or not yours any more. */
  onRefused: (refusal: Refusal) => void
}

/** A frame that came before its turn mostly has its neighbour close behind: only a gap that stays asks for a catch-up. */
const patienceMs = 250
const tryAgainMs = 1_000
/** What was kept is worth waiting for as long as asking anew takes. */
const keptWithinMs = 300
/** Of the shown branch, this much is loaded, though other branches may lie between; in so many pages at most. */
const wantedShown = 40
const maxPages = 50
/** Of a message that is gone to, as many before it and after it come with it. */
const around = 25

/**
 * Follows one conversation: loads its newest page, while the connection is still being made too, catches up, stays live,
 * and heals every gap from the log.
 */
export function followConversation(options: FollowOptions): Follower {
  const { api, connection, conversation, kept, onState, onRefused } = options
  let state: ConversationState | undefined
  let opening = false
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function become(next: ConversationState): void {
    if (next === state || closed) return
    const turned = state !== undefined && next.tip !== state.tip && !next.messages.findLast(({ id }) => id === next.tip)
    state = next
    onState(next)
    if (turned) void completeBranch().catch(() => {})
    if (next.behind) later(patienceMs)
  }

  function later(delayMs: number): void {
    const applied = state?.applied
    timer ??= setTimeout(() => {
      timer = undefined
      if (opening || (state && !state.behind)) return
      if (state?.applied === applied) void open()
      else later(delayMs) // that gap has closed; this one is newer
    }, delayMs)
  }

  async function open(): Promise<void> {
    if (closed || opening) return
    opening = true
    try {
      if (!state) await load()
      if (!isConnected()) {
        opening = false
        return // it goes on when the connection is there
      }
      const since = state!.applied
      const answer = await connection().request({ type: 'open', conversation, since })
      if (answer.type === 'reset') await load()
      if (answer.type === 'caught-up') become(catchUp(state!, answer as FrameOf<'caught-up'>))
      opening = false
      if (answer.type === 'reset') void open()
      else if (state?.behind) later(patienceMs)
    } catch (error) {
      opening = false
      fail(error)
    }
  }

  function isConnected(): boolean {
    return connection().status.state === 'open'
  }

  function fail(error: unknown): void {
    if (closed || (error instanceof Refusal && error.code === 'auth.required')) return
    if (error instanceof Refusal && error.code === 'conversation.not_found') onRefused(error)
    else if (isConnected()) later(tryAgainMs)
  }

  async function load(): Promise<void> {
    const [detail, page] = await Promise.all([api.getConversation(conversation), api.page(conversation)])
    become(startFrom(detail, page))
    await completeBranch()
  }

  async function completeBranch(): Promise<void> {
    for (let pages = 0; pages < maxPages && state?.hasOlder && !state.past; pages += 1) {
      if (shownBranch(state.messages, state.tip).length >= wantedShown) return
      await loadOlder()
    }
  }

  async function loadOlder(): Promise<void> {
    const { messages, hasOlder } = state?.past ?? state ?? { messages: [], hasOlder: false }
    const first = messages[0]
    if (!hasOlder || !first) return
    const page = await api.page(conversation, { before: first.seq })
    const now = state?.past?.messages ?? state?.messages
    if (state && now?.[0]?.id === first.id) become(prepend(state, page))
  }

  async function loadNewer(): Promise<void> {
    const last = state?.past?.messages.at(-1)
    if (!last) return
    const page = await api.page(conversation, { after: last.seq })
    if (state?.past?.messages.at(-1)?.id === last.id) become(append(state, page))
  }

  async function goTo(seq: number): Promise<void> {
    if (!state || shownBranch(state.messages, state.tip).some((message) => message.seq === seq)) return goToNewest()
    const page = await api.page(conversation, { before: seq + around + 1, limit: 2 * around })
    if (state) become(lookAt(state, seq, page))
  }

  function goToNewest(): void {
    if (!state?.past) return
    become({ ...state, past: undefined })
    void completeBranch().catch(() => {})
  }

  async function begin(): Promise<void> {
    const known = await Promise.race([kept?.(), new Promise<undefined>((resolve) => setTimeout(resolve, keptWithinMs))])
    if (known && !state) become(resume(known))
    await open()
  }

  void begin()
  return {
    get state() {
      return state
    },
    onFrame(frame) {
      if (state && 'conversation' in frame && frame.conversation === conversation) become(applyFrame(state, frame))
    },
    onStatus({ state: now }) {
      if (now === 'open') void open()
    },
    loadOlder,
    loadNewer,
    goTo,
    goToNewest,
    close() {
      closed = true
      clearTimeout(timer)
      if (isConnected())
        void connection()
          .request({ type: 'close', conversation })
          .catch(() => {})
    },
  }
}
