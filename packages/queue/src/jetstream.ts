import { setTimeout as sleep } from 'node:timers/promises'
import {
  AckPolicy,
  DiscardPolicy,
  type Consumer as JetStreamConsumer,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import { connect, type NatsConnection, nanos } from '@nats-io/transport-node'
import type { Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import { type Consumer, dedupeMs, maxJobs, type Outcome, type Queue, retryAfterThrowMs } from './port.ts'

const stream = 'prompts'
const subject = 'prompts'
const consumerName = 'workers'
const pullForMs = 2_000
/** Questions for a job that are under way at the same time: a burst is not taken one round trip after the other. */
const pullers = 4
const commandTimeoutMs = 3_000
/** "stream name already in use with a different configuration", of NATS' error codes. */
const streamInUse = 10_058

/**
 * A queue on a NATS JetStream work-queue stream, which it creates when it is missing.
 *
 * @param replicas servers of a cluster that each keep it
 *
 * @throws where NATS cannot be reached at the first try; after that it reconnects by itself
 */
export async function connectJetStream(url: string, log: Logger, replicas = 1): Promise<Queue> {
  const connection = await connect({
    servers: url.split(','),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    timeout: 2_000,
  })
  const manager = await jetstreamManager(connection, { timeout: commandTimeoutMs })
  const ensure = () => ensureStream(manager, replicas)
  await ensure()
  void reportStatus(connection, log)
  const client = jetstream(connection, { timeout: commandTimeoutMs })

  return {
    async enqueue(id, data) {
      try {
        await client.publish(subject, data, { msgID: id })
      } catch (cause) {
        // A NATS that came back without its disk has no stream: the next try finds one.
        await ensure().catch(() => {})
        throw new Refusal('unavailable', 'The queue is away for the moment.', { cause })
      }
    },
    async consume({ concurrency, leaseMs }, handler) {
      const open = async () => {
        await ensure()
        return openConsumer(connection, manager, leaseMs)
      }
      return startPulling({ concurrency, open, log }, handler, await open())
    },
    async ping() {
      await connection.flush()
    },
    close: () => connection.close(),
  }
}

async function reportStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('nats is away')
    if (status.type === 'reconnect') log.info('nats is back')
  }
}

async function ensureStream(manager: JetStreamManager, replicas: number): Promise<void> {
  const config = {
    name: stream,
    num_replicas: replicas,
    subjects: [subject],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    duplicate_window: nanos(dedupeMs),
    max_msgs: maxJobs,
    discard: DiscardPolicy.New,
  }
  try {
    await manager.streams.add(config)
  } catch (error) {
    // It is there, kept by another number of servers.
    if ((error as { code?: number }).code !== streamInUse) throw error
    await manager.streams.update(stream, { num_replicas: replicas })
  }
}

async function openConsumer(
  connection: NatsConnection,
  manager: JetStreamManager,
  leaseMs: number,
): Promise<JetStreamConsumer> {
  await manager.consumers.add(stream, {
    durable_name: consumerName,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(leaseMs),
    max_ack_pending: 10_000,
  })
  return jetstream(connection, { timeout: commandTimeoutMs }).consumers.get(stream, consumerName)
}

type Pulling = { concurrency: number; open: () => Promise<JetStreamConsumer>; log: Logger }

/** Pulls jobs one by one and only while a place is free, so that no job waits in a busy worker. */
function startPulling(
  { concurrency, open, log }: Pulling,
  handler: Parameters<Queue['consume']>[1],
  first: JetStreamConsumer,
): Consumer {
  const running = new Set<Promise<void>>()
  let asking = 0
  let closing = false
  let consumer = first

  async function handle(message: JsMsg): Promise<void> {
    let outcome: Outcome
    try {
      outcome = await handler(message.string(), { extend: () => message.working() })
    } catch (error) {
      log.error(error, 'a job failed')
      outcome = { againInMs: retryAfterThrowMs }
    }
    if (outcome === 'done') message.ack()
    else message.nak(outcome.againInMs)
  }

  async function pull(): Promise<void> {
    while (!closing) {
      if (running.size + asking >= concurrency) {
        if (running.size > 0) await Promise.race(running)
        else await sleep(pullForMs) // the other pullers ask for all the places there are
        continue
      }
      asking += 1
      try {
        const message = await consumer.next({ expires: pullForMs })
        if (!message) continue
        if (closing) message.nak()
        else {
          const job: Promise<void> = handle(message).finally(() => running.delete(job))
          running.add(job)
        }
      } catch (error) {
        if (closing) return
        log.warn({ reason: (error as Error).message }, 'cannot pull jobs; trying again')
        await sleep(retryAfterThrowMs)
        consumer = await open().catch(() => consumer)
      } finally {
        asking -= 1 // only now: a job that has come is counted among the running ones before
      }
    }
  }

  const pulling = Promise.all(Array.from({ length: Math.min(pullers, concurrency) }, pull))
  return {
    async close() {
      closing = true
      await Promise.allSettled([pulling, ...running])
    },
  }
}
