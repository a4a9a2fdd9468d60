import type { ResponseOf } from '@parley/history-client'
import type { Change, Frame, FrameOf, Presence, Role } from '@parley/protocol'
import { seqOf } from '@parley/protocol'

/** Changes kept of one conversation at most; who is further behind asks history. */
const maxChanges = 512
const maxChars = 256 * 1024
/** Encoded answers kept at most: most who come at the same moment have missed the same. */
const maxAnswers = 4
/** Pieces of replies kept at most while the store of transcripts is read. */
const maxDeltas = 1_000

type Told = ResponseOf<'changesSince'> & { presence: Presence }
type Entry = { seq: number; json: string }
/** A reply that is being written. Its text is undefined where only the store of transcripts has it up to now. */
type Writing = { attempt: number; text: string | undefined }

type Log = {
  /** Changes after this one are all here. */
  from: number
  head: number
  tip: string | null
  entries: Entry[]
  chars: number
  roles: Map<string, Role>
  reads: Map<string, number>
  writing: Map<string, Writing>
  presence: Presence
}

/** What somebody is told who opens the conversation. */
export type Caught = {
  role: Role
  head: number
  /** The rest of the `caught-up` frame after its `id`. */
  rest: string
}

/**
 * What a node knows of a conversation that is open on it: what history said once, and the frames that have passed since.
 * Frames are kept as they came and are read only when somebody opens the conversation: passing them on costs no parse.
 * Whatever cannot be answered for certain is not answered, and history is asked.
 */
export type Recent = {
  /** A frame of the conversation's changes has passed. One that is no change ends all that is known. */
  passed(frame: Buffer): undefined
  /** A frame of what is live in it has passed. */
  passedLive(frame: Buffer): undefined
  /** Begins to keep the frames that pass, because history is asked. */
  listen(): void
  /** What history said, as of a moment after `listen`. Of no use where something was forgotten or missed since then. */
  told(since: number, state: Told): void
  /** History did not answer. */
  endListening(): void
  /** Forgets all of it: something may have been missed. */
  forget(): void
  /** The user may read it no more. */
  expel(user: string): void
  /** The answer to `open`; undefined where history has to be asked. */
  answer(user: string, since: number): Caught | undefined
  /** Whether the user may read it; undefined where that is not known. */
  admits(user: string): boolean | undefined
  /** Begins to read texts: the replies whose text there is to read from the store of transcripts before there is an answer. */
  unread(): { message: string; attempt: number }[]
  /** What stands there; kept unless more is known by now. */
  read(message: string, attempt: number, text: string): void
  /** All texts are read; what passed meanwhile is part of the answer that is made at once. */
  endRead(): void
  /**
   * The newest change that those who follow it have heard of: it has passed, or it stood already when the first of them
   * came. What history tells later to one who opens it, the others may have missed.
   */
  readonly seen: number
  /** All who follow it were told of this change. */
  saw(seq: number): void
  /** Characters kept. */
  readonly chars: number
}

export function createRecent(conversation: string): Recent {
  const changePrefix = `{"type":"change","conversation":"${conversation}","change":`.length
  let log: Log | undefined
  let listening = false
  let seen = 0
  let changes: string[] = []
  let deltas: FrameOf<'delta'>[] = []
  let reading = 0
  /** Whether pieces have passed that were not kept. */
  let textsAreOld = false
  const reads = new Map<string, number>()
  let presence: string | undefined
  let chars = 0
  /** Answers by their `since`, until something passes. */
  const answers = new Map<number, string>()

  function drop(): void {
    log = undefined
    listening = false
    changes = []
    deltas = []
    reads.clear()
    presence = undefined
    chars = 0
    answers.clear()
  }

  function passed(frame: Buffer): undefined {
    const seq = seqOf(frame)
    if (seq === 0) {
      drop() // history says by any other frame that something has changed beside the log
      return
    }
    seen = Math.max(seen, seq)
    if (!listening && !log) return
    answers.clear()
    const text = frame.toString()
    changes.push(text)
    chars += text.length
    if (changes.length > maxChanges || chars > 2 * maxChars) drop()
  }

  function passedLive(frame: Buffer): undefined {
    if (!listening && !log) return
    switch (frame[kindAt]) {
      case kinds.delta: {
        answers.clear()
        if (reading > 0 && deltas.length < maxDeltas) deltas.push(JSON.parse(frame.toString()))
        else textsAreOld = true
        return
      }
      case kinds.read: {
        answers.clear()
        const { user, seq } = JSON.parse(frame.toString()) as FrameOf<'read'>
        reads.set(user, Math.max(seq, reads.get(user) ?? 0))
        return
      }
      case kinds.presence:
        answers.clear()
        presence = frame.toString()
    }
  }

  /** Reads what has passed into the log. A change that is missing ends it. */
  function settle(): Log | undefined {
    if (!log) return undefined
    const news = changes
    changes = []
    for (const text of news) {
      chars -= text.length
      if (!applyChange(log, text, changePrefix)) {
        drop()
        return undefined
      }
    }
    const { writing } = log
    // Those of a text that is being read are for whoever has read it.
    const kept = reading > 0 ? deltas.filter(({ message }) => isUnread(writing.get(message))) : []
    for (const delta of deltas) applyDelta(log, delta)
    deltas = kept
    if (textsAreOld) for (const reply of log.writing.values()) reply.text = undefined
    textsAreOld = false
    for (const [user, seq] of reads) log.reads.set(user, Math.max(seq, log.reads.get(user) ?? 0))
    reads.clear()
    if (presence !== undefined) {
      const frame = JSON.parse(presence) as FrameOf<'presence'>
      if (frame.presence.version >= log.presence.version) log.presence = frame.presence
      presence = undefined
    }
    trim(log)
    return log
  }

  return {
    passed,
    passedLive,
    listen() {
      listening = true
    },
    told(since, state) {
      if (!listening) return
      listening = false
      if (seen === 0) seen = state.head
      answers.clear()
      const known = settle()
      log = known && known.head >= state.head ? extendBack(known, since, state) : begin(since, state)
    },
    endListening() {
      listening = false
    },
    forget: drop,
    expel: (user) => void log?.roles.delete(user),
    admits: (user) => log?.roles.has(user),
    unread() {
      reading += 1
      const writing = [...(settle()?.writing ?? [])]
      return writing.flatMap(([message, { attempt, text }]) => (text === undefined ? [{ message, attempt }] : []))
    },
    read(message, attempt, text) {
      answers.clear()
      const reply = log?.writing.get(message)
      if (reply?.attempt === attempt) reply.text ??= text
    },
    endRead() {
      reading -= 1
    },
    answer(user, since) {
      const known = settle()
      const role = known?.roles.get(user)
      if (!known || !role || since < known.from || since > known.head || known.head < seen) return undefined
      for (const reply of known.writing.values()) if (isUnread(reply)) return undefined
      const rest = answers.get(since) ?? encode(conversation, known, since)
      if (answers.size >= maxAnswers) answers.clear()
      answers.set(since, rest)
      return { role, head: known.head, rest }
    },
    get seen() {
      return seen
    },
    saw(seq) {
      seen = Math.max(seen, seq)
    },
    get chars() {
      const told = [...answers.values()].reduce((sum, rest) => sum + rest.length, 0)
      return chars + told + (log?.chars ?? 0)
    },
  }
}

// What tells frames of a live topic apart: the first letter of their type.
const kindAt = '{"type":"'.length
const letter = (type: Frame['type']) => type.charCodeAt(0)
const kinds = { delta: letter('delta'), read: letter('read'), presence: letter('presence') }

/** What history said, where nothing is known yet or only what is older. */
function begin(since: number, { head, tip, readers, changes, streaming, reads, presence }: Told): Log {
  const entries = toEntries(changes)
  return {
    from: changes ? since : head,
    head,
    tip,
    entries,
    chars: lengthOf(entries),
    roles: new Map(readers.map(({ user, role }) => [user, role])),
    reads: new Map(reads.map(({ user, seq }) => [user, seq])),
    writing: new Map(streaming.map(({ message, attempt }) => [message, { attempt, text: undefined }])),
    presence,
  }
}

/** More has passed than history had seen: of what it said, only that is new which lies further back. */
function extendBack(log: Log, since: number, { head, changes }: Told): Log {
  if (!changes || since >= log.from) return log
  const entries = [...toEntries(changes), ...log.entries.filter(({ seq }) => seq > head)]
  return { ...log, from: since, entries, chars: lengthOf(entries) }
}

function toEntries(changes: Change[] = []): Entry[] {
  return changes.map((change) => ({ seq: change.seq, json: JSON.stringify(change) }))
}

function lengthOf(entries: Entry[]): number {
  return entries.reduce((sum, { json }) => sum + json.length, 0)
}

function isUnread(reply: Writing | undefined): boolean {
  return reply !== undefined && reply.text === undefined
}

/** @returns whether nothing is missing before it */
function applyChange(log: Log, text: string, prefix: number): boolean {
  const { change } = JSON.parse(text) as FrameOf<'change'>
  if (change.seq <= log.head) return true
  if (change.seq !== log.head + 1) return false
  log.head = change.seq
  const json = text.slice(prefix, -1)
  log.entries.push({ seq: change.seq, json })
  log.chars += json.length
  switch (change.kind) {
    case 'member': {
      const { user, role, left } = change.member
      if (left) log.roles.delete(user)
      else log.roles.set(user, role)
      return true
    }
    case 'conversation':
      log.tip = change.conversation.tip
      return true
    case 'message': {
      const { id, seq, reply } = change.message
      if (seq === change.seq) log.tip = id // a new one
      if (reply?.status !== 'streaming') log.writing.delete(id)
      else if ((log.writing.get(id)?.attempt ?? 0) < reply.attempt) {
        log.writing.set(id, { attempt: reply.attempt, text: undefined })
      }
      return true
    }
  }
}

function applyDelta(log: Log, { message, attempt, offset, text }: FrameOf<'delta'>): void {
  const reply = log.writing.get(message)
  if (!reply || attempt < reply.attempt) return
  if (attempt > reply.attempt) {
    reply.attempt = attempt
    reply.text = undefined
  }
  const known = reply.text ?? ''
  if (offset > known.length) reply.text = undefined
  else if (reply.text !== undefined || offset === 0) reply.text = known + text.slice(known.length - offset)
}

function trim(log: Log): void {
  let count = 0
  while (log.entries.length - count > maxChanges || log.chars > maxChars) {
    const { seq, json } = log.entries[count]!
    log.from = seq
    log.chars -= json.length
    count += 1
  }
  if (count > 0) log.entries = log.entries.slice(count)
}

function encode(conversation: string, { head, tip, entries, writing, reads, presence }: Log, since: number): string {
  const changes = entries.slice(firstAfter(entries, since)).map(({ json }) => json)
  const partials = Array.from(writing, ([message, { attempt, text }]) => ({ message, attempt, text }))
  const marks = Array.from(reads, ([user, seq]) => ({ user, seq }))
  const json = JSON.stringify
  return (
    `"conversation":"${conversation}","since":${since},"head":${head},"tip":${json(tip)},"changes":[${changes.join()}],` +
    `"partials":${json(partials)},"reads":${json(marks)},"presence":${json(presence)}}`
  )
}

/** The first entry after `since`; they are in order, and most who come back have missed little. */
function firstAfter(entries: Entry[], since: number): number {
  let at = entries.length
  while (at > 0 && entries[at - 1]!.seq > since) at -= 1
  return at
}
