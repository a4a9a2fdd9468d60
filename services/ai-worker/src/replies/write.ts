import { setTimeout as sleep } from 'node:timers/promises'
import type { Claim, History, PromptJob, ReplyEnd } from '@parley/history-client'
import type { Logger } from '@parley/kit'
import { partialKey, Refusal, replyErrors, topics, type Usage } from '@parley/protocol'
import type { Lease, Outcome } from '@parley/queue'
import type { Exchange } from '@parley/relay'
import { type Model, ModelError } from '../models/model.ts'
import { createSpeaker } from './speaker.ts'
import { nameConversation } from './title.ts'

/** How long a worker may be silent before another takes its reply. With the redelivery it stays under 10 s. */
export const leaseMs = 6_000
const extendEveryMs = 2_000
const tryAgainMs = 1_000
/** The last wait after a model's fault where the provider names none, half as long before; and the longest that people are made to wait. */
const longestOwnBackoffMs = 2_000
const longestBackoffMs = 60_000
/** How long a finished reply waits for a history that is away; then the lease is let go. */
const finishTries = 30

const takenOver = 'another worker has taken over; nothing more is written here'

type Deps = { history: History; exchange: Exchange; log: Logger; model: Model }
type Why = 'stop' | 'stale' | 'hand-over'
type Held = PromptJob & Claim

/** Writes replies: claims one, streams it, keeps the claim alive meanwhile, and commits it at the end. */
export function createReplyWriter(deps: Deps) {
  const running = new Set<AbortController>()
  return {
    write: async (data: string, lease: Lease): Promise<Outcome> => {
      const control = new AbortController()
      running.add(control)
      try {
        return await takeJob(deps, JSON.parse(data) as PromptJob, lease, control)
      } finally {
        running.delete(control)
      }
    },
    /** Lets go of all replies under way: another worker goes on with them. */
    handOver() {
      for (const control of running) control.abort('hand-over' satisfies Why)
    },
    get underWay() {
      return running.size
    },
  }
}

async function takeJob(deps: Deps, job: PromptJob, lease: Lease, control: AbortController): Promise<Outcome> {
  try {
    const claim = await deps.history.claimReply({ ...job, model: deps.model.name, leaseMs })
    return await writeReply(deps, { ...job, ...claim }, lease, control)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'reply.held') return { againInMs: error.retryAfterMs ?? tryAgainMs }
    if (error.code === 'unavailable' || error.code === 'internal') return { againInMs: tryAgainMs }
    deps.log.info({ ...job, code: error.code }, error.code === 'reply.stale' ? takenOver : 'nothing to write')
    return 'done'
  }
}

async function writeReply(deps: Deps, held: Held, lease: Lease, control: AbortController): Promise<Outcome> {
  const { history, exchange, log, model } = deps
  const { conversation, message, attempt } = held
  const abort = (why: Why) => control.abort(why)
  if (held.stop) abort('stop')
  const orders = exchange.relay.subscribe(topics.reply(message), () => abort('stop'))
  const extending = setInterval(() => void extend(), extendEveryMs)

  async function extend(): Promise<void> {
    lease.extend()
    try {
      const { stop } = await history.extendReply({ conversation, message, attempt, leaseMs })
      if (stop) abort('stop')
    } catch (error) {
      if (error instanceof Refusal && error.code === 'reply.stale') abort('stale')
      else log.warn({ message, reason: (error as Error).message }, 'a claim could not be extended')
    }
  }

  try {
    // A stop keeps what was written, also by a model that could not have gone on from it.
    const prefix = model.takesPrefix || held.stop ? await readPrefix(exchange, held) : ''
    const speaker = createSpeaker(held, exchange, prefix)
    const end = await speak(model, held, { say: speaker.say, prefix, signal: control.signal, log })
    speaker.end()
    if (end === 'stale') {
      log.info({ message, attempt }, takenOver)
      return 'done'
    }
    if ('againInMs' in end) {
      await history.releaseReply({ conversation, message, attempt, againInMs: end.againInMs })
      return end
    }
    await finish(history, held, speaker.text, end)
    void exchange.scratch.drop(partialKey(message, attempt)).catch(() => {})
    if (held.untitled && end.status === 'complete') {
      const reply = { role: 'assistant' as const, content: speaker.text }
      await nameConversation(deps, conversation, [...held.messages, reply])
    }
    return 'done'
  } finally {
    clearInterval(extending)
    void orders.then((unsubscribe) => unsubscribe())
  }
}

/** What the attempts before this one have written: the newest that came to write anything. */
async function readPrefix({ scratch }: Exchange, { message, attempt }: Held): Promise<string> {
  for (let before = attempt - 1; before > 0; before -= 1) {
    const text = await scratch.read(partialKey(message, before)).catch(() => undefined)
    if (text) return text
  }
  return ''
}

type Speech = { say: (text: string) => void; prefix: string; signal: AbortSignal; log: Logger }

/**
 * Streams the model's text to `say`.
 *
 * @returns how the reply ended; `againInMs` where it may be begun again; `stale` where it is another worker's now
 */
async function speak(
  model: Model,
  { message, messages, attempt, attemptsLeft }: Held,
  { say, prefix, signal, log }: Speech,
): Promise<ReplyEnd | { againInMs: number } | 'stale'> {
  let usage: Usage | undefined
  try {
    if (!signal.aborted) {
      for await (const part of model.write(messages, signal, prefix)) {
        if (signal.aborted) break
        if ('text' in part) say(part.text)
        else usage = part.usage
      }
    }
  } catch (error) {
    if (!signal.aborted) {
      log.warn({ message, attempt, err: error }, 'the model failed')
      return giveUpOrTryAgain(error instanceof ModelError ? error : new ModelError('provider.failed'), attemptsLeft)
    }
  }
  switch (signal.aborted ? (signal.reason as Why) : undefined) {
    case 'stop':
      return { status: 'stopped' }
    case 'stale':
      return 'stale'
    case 'hand-over':
      return { againInMs: 0 }
    case undefined:
      return { status: 'complete', ...(usage && { usage }) }
  }
}

function giveUpOrTryAgain(
  { code, message, retryAfterMs }: ModelError,
  attemptsLeft: number,
): ReplyEnd | { againInMs: number } {
  const againInMs = retryAfterMs ?? longestOwnBackoffMs / 2 ** Math.max(0, attemptsLeft - 1)
  if (replyErrors[code].again && attemptsLeft > 0 && againInMs <= longestBackoffMs) return { againInMs }
  return { status: 'failed', code, reason: message }
}

async function finish(history: History, held: Held, content: string, end: ReplyEnd): Promise<void> {
  const { conversation, message, attempt } = held
  for (let tries = 1; ; tries += 1) {
    try {
      await history.finishReply({ conversation, message, attempt, content, end })
      return
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'unavailable' || tries >= finishTries) throw error
      await sleep(tryAgainMs)
    }
  }
}
