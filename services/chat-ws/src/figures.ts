import { type Metrics, secondBuckets } from '@parley/kit'
import { type Command, Refusal } from '@parley/protocol'

const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** What a chat node measures. The names are stable: dashboards and alerts of others stand on them. */
export type Figures = {
  /** A command has been answered, or refused. */
  command(type: Command['type'], error: unknown, seconds: number): void
  /** A frame has passed from the relay to so many sockets. */
  relayed(sockets: number): void
  /** Somebody has opened a conversation, and was answered from here, by history, or sent to the newest page. */
  caughtUp(from: 'node' | 'history' | 'reset'): void
  /** So many messages went to history together. */
  appended(messages: number): void
  /** A socket was ended because it did not read. */
  tooSlow(): void
}

export function createFigures(metrics: Metrics): Figures {
  const commands = metrics.histogramBy(
    'parley_command_duration_seconds',
    'Time until a command of a client was answered, by its type and outcome (ok, refused, failed).',
    { labels: ['type', 'outcome'], buckets: secondBuckets },
  )
  const relayed = metrics.counter('parley_relayed_frames_total', 'Frames that passed from the relay to the sockets.')
  const delivered = metrics.counter('parley_deliveries_total', 'Frames that were written to sockets from the relay.')
  const caughtUp = metrics.counterBy(
    'parley_catch_ups_total',
    'Conversations that were opened, by who answered: the node, history, or a reset.',
    ['from'],
  )
  const appended = metrics.histogram(
    'parley_append_batch_messages',
    'Messages that went to history together.',
    batchBuckets,
  )
  const tooSlow = metrics.counter('parley_slow_readers_total', 'Sockets ended because they did not read.')
  return {
    command: (type, error, seconds) => commands({ type, outcome: outcomeOf(error) }, seconds),
    relayed(sockets) {
      relayed()
      delivered(sockets)
    },
    caughtUp: (from) => caughtUp({ from }),
    appended,
    tooSlow,
  }
}

function outcomeOf(error: unknown): 'ok' | 'refused' | 'failed' {
  if (error === undefined) return 'ok'
  return error instanceof Refusal && error.status < 500 ? 'refused' : 'failed'
}
