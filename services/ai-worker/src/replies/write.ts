import { setTimeout as sleep } from 'node:timers/promises'
import type { Claim, History, PromptJob, ReplyEnd } from '@parley/history-client'
import { inSpan, type Logger, SpanKind } from '@parley/kit'
import { isPlain, Refusal, readTranscript, replyErrors, textOf, topics, type Usage } from '@parley/protocol'
import type { Lease, Outcome } from '@parley/queue'
import type { Exchange } from '@parley/relay'
import { type Model, ModelError, type Models } from '../models/model.ts'
import type { Figures } from './figures.ts'
import { createLeases, type Leases } from './leases.ts'
import type { Pace } from './pace.ts'
import { createSpeaker, type Speaker } from './speaker.ts'
import { sumUp } from './summary.ts'
import { nameConversation } from './title.ts'
import { createTranscriber } from './transcriber.ts'

/** How long a worker may be silent before another takes its reply. */
export const leaseMs = 4_000
const tryAgainMs = 1_000
/** The last wait after a model's fault where the provider names none, half as long before; and the longest that people are made to wait. */
const longestOwnBackoffMs = 2_000
const longestBackoffMs = 60_000
/** How long a finished reply waits for a history that is away; then the lease is let go. */
const finishTries = 30

const takenOver = 'another worker has taken over; nothing more is written here'

type Deps = {
  history: History
  exchange: Exchange
  log: Logger
  models: Models
  pace: Pace
  leases: Leases
  figures: Figures
}
type Why = 'stop' | 'stale' | 'hand-over'
type Held = PromptJob & Claim
/** The reply is to be begun again: because the model failed, or only by another worker. */
type Again = { againInMs: number; failed: boolean }
type Ending = { end: ReplyEnd; usage?: Usage | undefined }

/** Writes replies: claims one, streams it, keeps the claim alive meanwhile, and commits it at the end. */
export function createReplyWriter(dependencies: Omit<Deps, 'leases'>) {
  const { replies: running } = dependencies.pace
  const leases = createLeases(dependencies.history, leaseMs, dependencies.log)
  const deps = { ...dependencies, leases }
  return {
    write: async (data: string, lease: Lease): Promise<Outcome> => {
      const control = new AbortController()
      running.add(control)
      try {
        const { trace: parent, ...job } = JSON.parse(data) as PromptJob & { trace?: string }
        const attributes = { 'parley.reply.id': job.message, 'parley.conversation.id': job.conversation }
        const options = { kind: SpanKind.CONSUMER, attributes, parent, onlyWithin: true }
        return await inSpan('reply', options, () => takeJob(deps, job, lease, control))
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
    close: leases.close,
  }
}

async function takeJob(deps: Deps, job: PromptJob, lease: Lease, control: AbortController): Promise<Outcome> {
  const models = deps.models.offered.map(({ name, contextTokens }) => ({ name, contextTokens }))
  try {
    const claim = await deps.history.claimReply({ ...job, models, leaseMs })
    const held = { ...job, ...claim }
    const outcome = await writeReply(deps, held, lease, control)
    if (outcome !== 'done') return outcome
    await sumUp({ ...deps, small: deps.models.small }, job.conversation, claim)
    return 'done'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'reply.held') return { againInMs: error.retryAfterMs ?? tryAgainMs }
    if (error.code === 'unavailable' || error.code === 'internal') return { againInMs: tryAgainMs }
    deps.log.info({ ...job, code: error.code }, error.code === 'reply.stale' ? takenOver : 'nothing to write')
    return 'done'
  }
}

async function writeReply(deps: Deps, held: Held, lease: Lease, control: AbortController): Promise<Outcome> {
  const { history, exchange, log, models } = deps
  const { conversation, message, attempt } = held
  const abort = (why: Why) => control.abort(why)
  const orders = exchange.relay.subscribe(topics.reply(message), () => abort('stop'))
  const letGo = deps.leases.keep(held, lease, () => abort('stale'))
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1_000

  try {
    const model = models.offered.find(({ name }) => name === held.model)
    const beginning = beginningOf(held, model)
    const speaker = createSpeaker(held, exchange, beginning.transcript, deps.pace)
    const attributes = { 'gen_ai.request.model': held.model, 'parley.attempt': attempt }
    const outcome = await inSpan('model', { kind: SpanKind.CLIENT, onlyWithin: true, attributes }, (span) => {
      const onFirstWord = () => {
        deps.figures.firstWord(seconds())
        span.addEvent('first word')
      }
      return speak(model, held, { speaker, beginning, signal: control.signal, log, onFirstWord })
    })
    speaker.end()
    deps.figures.ended(outcome === 'stale' ? 'stale' : 'againInMs' in outcome ? 'again' : outcome.end.status, seconds())
    if (outcome !== 'stale' && 'usage' in outcome && outcome.usage) deps.figures.spent(outcome.usage)
    if (outcome === 'stale') {
      log.info({ message, attempt }, takenOver)
      return 'done'
    }
    if ('againInMs' in outcome) {
      const { againInMs, failed } = outcome
      await history.releaseReply({ conversation, message, attempt, againInMs, failed })
      return { againInMs }
    }
    await finish(history, held, speaker.transcript, outcome)
    if (held.untitled && outcome.end.status === 'complete') {
      const reply = { role: 'assistant' as const, content: textOf(readTranscript(speaker.transcript)) }
      await nameConversation({ ...deps, small: models.small }, conversation, [...held.messages, reply])
    }
    return 'done'
  } finally {
    letGo()
    void orders.then((unsubscribe) => unsubscribe())
  }
}

type Beginning = { transcript: string; goOn: boolean }

/** Where the reply begins: after what an attempt before has written, after the limit that had cut it, or anew. */
function beginningOf({ begun, continues }: Held, model: Model | undefined): Beginning {
  if (begun !== '' && isPlain(begun) && model?.takesPrefix) return { transcript: begun, goOn: false }
  return { transcript: continues, goOn: continues !== '' }
}

type Speech = { speaker: Speaker; beginning: Beginning; signal: AbortSignal; log: Logger; onFirstWord: () => void }

/**
 * Streams what the model writes to the speaker.
 *
 * @returns how the reply ended; `againInMs` where it may be begun again; `stale` where it is another worker's now
 */
async function speak(
  model: Model | undefined,
  { message, messages, summary, assistant, attempt, attemptsLeft }: Held,
  { speaker, beginning, signal, log, onFirstWord }: Speech,
): Promise<Ending | Again | 'stale'> {
  const transcriber = createTranscriber(beginning.transcript, speaker.say)
  const prefix = textOf(readTranscript(beginning.transcript))
  const prompt = { messages, assistant, prefix, goOn: beginning.goOn, ...(summary !== undefined && { summary }) }
  let ending: Ending = { end: { status: 'complete', cut: false } }
  let hasSpoken = false
  try {
    if (!model) throw new ModelError('model.unknown')
    if (!signal.aborted) {
      for await (const part of model.write(prompt, signal)) {
        if (signal.aborted) break
        if ('usage' in part) ending = { end: { status: 'complete', cut: part.cut }, usage: part.usage }
        else {
          if (!hasSpoken) onFirstWord()
          hasSpoken = true
          transcriber.write(part)
        }
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
      return { end: { status: 'stopped' } }
    case 'stale':
      return 'stale'
    case 'hand-over':
      return { againInMs: 0, failed: false }
    case undefined:
      return ending
  }
}

function giveUpOrTryAgain({ code, message, retryAfterMs }: ModelError, attemptsLeft: number): Ending | Again {
  const againInMs = retryAfterMs ?? longestOwnBackoffMs / 2 ** Math.max(0, attemptsLeft - 1)
  if (replyErrors[code].again && attemptsLeft > 0 && againInMs <= longestBackoffMs) return { againInMs, failed: true }
  return { end: { status: 'failed', code, reason: message } }
}

async function finish(history: History, held: Held, transcript: string, { end, usage }: Ending): Promise<void> {
  const { conversation, message, attempt } = held
  for (let tries = 1; ; tries += 1) {
    try {
      await history.finishReply({ conversation, message, attempt, transcript, end, ...(usage && { usage }) })
      return
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'unavailable' || tries >= finishTries) throw error
      await sleep(tryAgainMs)
    }
  }
}
