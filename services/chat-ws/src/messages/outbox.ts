import { type AppendResult, type History, maxBatch, type NewMessageInput } from '@parley/history-client'
import { inSpan, traceparent } from '@parley/kit'
import { Refusal } from '@parley/protocol'

/** Batches on their way at the same time, and messages that wait for the next, at most. */
const maxUnderWay = 4
const maxWaiting = 10_000
/**
 * How long messages gather from the start of a batch before they are the next one, unless so many are there before: twice
 * as many for each batch on its way, because large ones cost less a message. Further ones than two are large.
 */
const gatherMs = 10
const enough = 64
const maxSmall = 2

type Waiting = {
  message: NewMessageInput
  resolve: (result: AppendResult) => void
  reject: (error: unknown) => void
  trace: string | undefined
}

export type Outbox = {
  /** Stores a message by way of history; resolves with its seq or its refusal. Rejects with `unavailable`. */
  append(message: NewMessageInput): Promise<AppendResult>
  /** Messages that wait for a batch. */
  readonly waiting: number
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>
}

/**
 * Collects messages into batches, which share a way to history and a commit. A message that comes alone goes at the end
 * of this turn of the loop; those that come one after the other gather for some milliseconds; only when many wait are
 * there more than two batches on their way. What waits of a conversation goes together, and while it is on its way the next
 * of that conversation waits: so all of it keeps its order.
 */
export function createOutbox(
  history: Pick<History, 'appendMessages'>,
  onBatch: (messages: number) => void = () => {},
): Outbox {
  /** Messages of conversations that have none on their way, the conversation that waits longest first. */
  const ready = new Map<string, Waiting[]>()
  /** Those that wait behind some of their conversation. */
  const behind = new Map<string, Waiting[]>()
  const idlers: (() => void)[] = []
  let waiting = 0
  let readyCount = 0
  let underWay = 0
  let gathering: NodeJS.Timeout | undefined
  let starting: NodeJS.Immediate | undefined

  function startSoon(): void {
    if (starting || underWay >= maxUnderWay || readyCount === 0) return
    if (readyCount < enough << underWay && (underWay >= maxSmall || gathering)) return
    starting = setImmediate(() => {
      starting = undefined
      void send(takeBatch())
      startSoon()
    })
  }

  function takeBatch(): Waiting[] {
    const wanted = Math.min(maxBatch, Math.max(enough, Math.ceil(readyCount / maxUnderWay)))
    const batch: Waiting[] = []
    for (const [conversation, list] of ready) {
      if (batch.length >= wanted) break
      batch.push(...list.splice(0, maxBatch - batch.length))
      ready.delete(conversation)
      behind.set(conversation, list)
      readyCount -= list.length
    }
    waiting -= batch.length
    readyCount -= batch.length
    return batch
  }

  function gather(): void {
    clearTimeout(gathering)
    gathering = setTimeout(() => {
      gathering = undefined
      startSoon()
    }, gatherMs)
  }

  async function send(batch: Waiting[]): Promise<void> {
    underWay += 1
    onBatch(batch.length)
    gather()
    try {
      const [parent, ...links] = batch.flatMap(({ trace }) => trace ?? [])
      const options = { parent, links, onlyWithin: true, attributes: { 'parley.batch.messages': batch.length } }
      const { results } = await inSpan('batch', options, () =>
        history.appendMessages({ messages: batch.map(({ message }) => message) }),
      )
      for (const [at, { resolve }] of batch.entries()) resolve(results[at]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    underWay -= 1
    for (const { message } of batch) catchUp(message.conversation)
    startSoon()
    if (underWay === 0 && waiting === 0) for (const resolve of idlers.splice(0)) resolve()
  }

  /** What waited behind a batch is ready. */
  function catchUp(conversation: string): void {
    const list = behind.get(conversation)
    behind.delete(conversation)
    if (!list || list.length === 0) return
    ready.set(conversation, list)
    readyCount += list.length
  }

  function line(conversation: string): Waiting[] {
    const waits = behind.get(conversation)
    if (waits) return waits
    readyCount += 1
    const present = ready.get(conversation)
    if (present) return present
    const list: Waiting[] = []
    ready.set(conversation, list)
    return list
  }

  return {
    append(message) {
      if (waiting >= maxWaiting) {
        return Promise.reject(new Refusal('unavailable', 'Too many messages wait.', { retryAfterMs: 1_000 }))
      }
      return new Promise((resolve, reject) => {
        waiting += 1
        line(message.conversation).push({ message, resolve, reject, trace: traceparent() })
        startSoon()
      })
    },
    get waiting() {
      return waiting
    },
    async idle() {
      if (underWay > 0 || waiting > 0) await new Promise<void>((resolve) => idlers.push(resolve))
    },
  }
}
