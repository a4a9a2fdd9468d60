import type {
  Change,
  Conversation,
  ConversationDetail,
  Frame,
  FrameOf,
  Member,
  Message,
  MessagePage,
  Presence,
} from '@parley/protocol'

/** The transcript of a reply that is being written. */
export type Live = { attempt: number; text: string }

/** Messages around one that was gone to, in order of `seq` without a gap: older than all of the conversation's others here. */
export type Past = { target: number; messages: Message[]; hasOlder: boolean }

/**
 * All that a client knows of a conversation it follows. A plain value: `applyFrame` and its neighbours make the next one
 * from it, and any order of duplicates, gaps and late frames ends in the state that the log holds.
 */
export type ConversationState = {
  id: string
  /** The last change that is part of this state, without a gap before it. */
  applied: number
  /** The newest change that is known to exist. */
  head: number
  conversation: Conversation
  /** The end of the branch that is shown. */
  tip: string | null
  members: Record<string, Member>
  /** In order of `seq`, without a gap from the first on. */
  messages: Message[]
  /** Whether there are older ones than the first. */
  hasOlder: boolean
  /** Where the reader looks, if that is not at the newest. */
  past: Past | undefined
  live: Record<string, Live>
  /** How many prompts are served before a reply that waits, by its id. */
  waiting: Record<string, number>
  presence: Presence
  /** Changes that came before their turn. */
  early: Record<number, Change>
  /** Whether something is missing that only a catch-up brings. */
  behind: boolean
}

/** Changes kept before their turn at most; beyond that a catch-up brings them. */
const maxEarly = 500

/** The state that a page and the details of a conversation give. */
export function startFrom(detail: ConversationDetail, page: MessagePage): ConversationState {
  const applied = Math.min(detail.head, page.head) // read at two moments: what changed between comes again
  return {
    id: detail.conversation.id,
    applied,
    head: applied,
    conversation: detail.conversation,
    tip: detail.conversation.tip,
    members: Object.fromEntries(detail.members.map((member) => [member.user, member])),
    messages: page.messages,
    hasOlder: page.more,
    past: undefined,
    live: {},
    waiting: {},
    presence: { version: 0, users: [], count: 0 },
    early: {},
    behind: false,
  }
}

/** What of a state can be kept, to go on from later. */
export type Kept = Pick<
  ConversationState,
  'id' | 'applied' | 'conversation' | 'tip' | 'members' | 'messages' | 'hasOlder'
>

/** The part of a state that stays true: the newest messages, and nothing of what was going on. */
export function keptOf(state: ConversationState, maxMessages: number): Kept {
  const { id, applied, conversation, tip, members } = state
  const messages = state.messages.slice(-maxMessages)
  const hasOlder = state.hasOlder || messages.length < state.messages.length
  return { id, applied, conversation, tip, members, messages, hasOlder }
}

/** Goes on from what was kept: a catch-up brings what happened since. */
export function resume(kept: Kept): ConversationState {
  const presence = { version: 0, users: [], count: 0 }
  return { ...kept, head: kept.applied, past: undefined, live: {}, waiting: {}, presence, early: {}, behind: true }
}

/** Adds an older page in front of what the reader looks at. */
export function prepend(state: ConversationState, page: MessagePage): ConversationState {
  const { past } = state
  if (past) return { ...state, past: { ...past, messages: joined(page.messages, past.messages), hasOlder: page.more } }
  return { ...state, messages: joined(page.messages, state.messages), hasOlder: page.more }
}

/** Goes to a message of long ago. Where the page around it reaches what is here, it becomes part of it. */
export function lookAt(state: ConversationState, target: number, page: MessagePage): ConversationState {
  return joinPast({ ...state, past: { target, messages: page.messages, hasOlder: page.more } })
}

/** Adds a newer page after what the reader looks at, until it reaches the newest. */
export function append(state: ConversationState, page: MessagePage): ConversationState {
  const { past } = state
  return past ? joinPast({ ...state, past: { ...past, messages: joined(past.messages, page.messages) } }) : state
}

function joinPast(state: ConversationState): ConversationState {
  const { past, messages } = state
  const last = past?.messages.at(-1)?.seq ?? 0
  const first = messages[0]?.seq ?? 0
  if (!past || last < first) return state
  return { ...state, messages: joined(past.messages, messages), hasOlder: past.hasOlder, past: undefined }
}

/** Older messages, and those of the newer ones that come after them. */
function joined(older: Message[], newer: Message[]): Message[] {
  const first = newer[0]?.seq ?? Number.POSITIVE_INFINITY
  return [...older.filter(({ seq }) => seq < first), ...newer]
}

/** Applies the answer to `open`. */
export function catchUp(state: ConversationState, frame: FrameOf<'caught-up'>): ConversationState {
  let next: ConversationState = { ...state, behind: false }
  // An answer to an older question than what is applied by now tells nothing new.
  if (frame.head >= state.applied) {
    for (const change of frame.changes) next = applyRow(next, change)
    next = { ...next, applied: frame.head, head: Math.max(state.head, frame.head), tip: frame.tip }
  }
  const live = { ...next.live }
  for (const { message, attempt, text } of frame.partials) {
    const own = live[message]
    const further = own && (own.attempt > attempt || (own.attempt === attempt && own.text.length > text.length))
    if (!further && !isOver(next, message)) live[message] = { attempt, text }
  }
  const members = { ...next.members }
  for (const { user, seq } of frame.reads) mark(members, user, seq)
  return drain({ ...next, live, members, presence: newer(state.presence, frame.presence) })
}

/** Applies a live frame of this conversation. Frames that say nothing new give the same state back. */
export function applyFrame(state: ConversationState, frame: Frame): ConversationState {
  switch (frame.type) {
    case 'change':
      return applyChange(state, frame.change)
    case 'head':
      return frame.head > state.applied ? { ...state, head: Math.max(state.head, frame.head), behind: true } : state
    case 'delta':
      return applyDelta(state, frame)
    case 'waiting':
      return { ...state, waiting: { ...state.waiting, [frame.message]: frame.position } }
    case 'presence':
      return { ...state, presence: newer(state.presence, frame.presence) }
    case 'read': {
      const members = { ...state.members }
      return mark(members, frame.user, frame.seq) ? { ...state, members } : state
    }
    default:
      return state
  }
}

function applyChange(state: ConversationState, change: Change): ConversationState {
  if (change.seq <= state.applied) return state
  const head = Math.max(state.head, change.seq)
  if (change.seq === state.applied + 1 && !hasEarly(state)) {
    return { ...applyRow(state, change), applied: change.seq, head, behind: head > change.seq } // as nearly always
  }
  const early = Object.keys(state.early).length < maxEarly ? { ...state.early, [change.seq]: change } : state.early
  return drain({ ...state, head, early })
}

function hasEarly({ early }: ConversationState): boolean {
  for (const _seq in early) return true
  return false
}

/** Applies the early changes whose turn it is. */
function drain(state: ConversationState): ConversationState {
  let next = state
  const early = { ...state.early }
  for (let change = early[next.applied + 1]; change; change = early[next.applied + 1]) {
    next = { ...applyRow(next, change), applied: change.seq }
  }
  for (const seq of Object.keys(early)) if (Number(seq) <= next.applied) delete early[Number(seq)]
  return { ...next, early, behind: Object.keys(early).length > 0 || next.head > next.applied }
}

/** Puts the changed row in its place. */
function applyRow(state: ConversationState, change: Change): ConversationState {
  switch (change.kind) {
    case 'conversation':
      return {
        ...state,
        conversation: { ...change.conversation, memberCount: state.conversation.memberCount },
        tip: change.conversation.tip,
      }
    case 'member': {
      const { user, lastReadSeq } = change.member
      const known = state.members[user]
      const member = { ...change.member, lastReadSeq: Math.max(lastReadSeq, known?.lastReadSeq ?? 0) }
      const members = { ...state.members, [user]: member }
      const memberCount = Object.values(members).filter(({ left }) => !left).length
      return { ...state, members, conversation: { ...state.conversation, memberCount } }
    }
    case 'message':
      return applyMessage(state, change.message, change.seq === change.message.seq)
  }
}

function applyMessage(state: ConversationState, message: Message, isNew: boolean): ConversationState {
  const live = nextLive(state.live, message)
  const waiting = message.id in state.waiting ? without(state.waiting, message.id) : state.waiting
  const first = state.messages[0]
  if (state.hasOlder && first && message.seq < first.seq) {
    return {
      ...state,
      live,
      waiting,
      past: state.past && { ...state.past, messages: replaced(state.past.messages, message) },
    }
  }
  const messages = [...state.messages]
  let at = messages.length
  while (at > 0 && messages[at - 1]!.seq > message.seq) at -= 1
  if (messages[at - 1]?.seq === message.seq) messages[at - 1] = message
  else messages.splice(at, 0, message)
  return { ...state, messages, live, waiting, tip: isNew ? message.id : state.tip }
}

/** The message in the place of what it was, where that is here: others are of a page that is not loaded yet. */
function replaced(messages: Message[], message: Message): Message[] {
  return messages.map((each) => (each.id === message.id ? message : each))
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _gone, ...rest } = record
  return rest
}

/** What a reply's row says of its live text: a newer attempt starts over, and at its end there is none. */
function nextLive(live: Record<string, Live>, { id, reply, content, parts }: Message): Record<string, Live> {
  if (reply?.status === 'streaming') {
    const { attempt } = reply
    // One that goes on keeps what it has until it is told anew.
    return (live[id]?.attempt ?? 0) >= attempt ? live : { ...live, [id]: { attempt, text: parts ? '' : content } }
  }
  return id in live ? without(live, id) : live
}

function applyDelta(state: ConversationState, delta: FrameOf<'delta'>): ConversationState {
  const { message, attempt, offset, text } = delta
  const own = state.live[message] ?? { attempt: 0, text: '' }
  if (attempt < own.attempt) return state
  if (isOver(state, message)) return state
  const known = attempt === own.attempt ? own.text : ''
  if (offset + text.length <= known.length) return state
  // The beginning is missing: the next catch-up brings all of it.
  if (offset > known.length) return { ...state, behind: true }
  const live = { ...state.live, [message]: { attempt, text: known + text.slice(known.length - offset) } }
  return { ...state, live }
}

/** Whether a reply has ended as far as this state knows: what is still on its way of it comes too late. */
function isOver(state: ConversationState, id: string): boolean {
  const status = state.messages.findLast((message) => message.id === id)?.reply?.status
  return status !== undefined && status !== 'queued' && status !== 'streaming'
}

function mark(members: Record<string, Member>, user: string, seq: number): boolean {
  const member = members[user]
  if (!member || member.lastReadSeq >= seq) return false
  members[user] = { ...member, lastReadSeq: seq }
  return true
}

function newer(known: Presence, told: Presence): Presence {
  return told.version >= known.version ? told : known
}
