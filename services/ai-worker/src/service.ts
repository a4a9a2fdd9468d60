import type { History } from '@parley/history-client'
import { createHttp, createMetrics, type Logger, type Service, waitFor } from '@parley/kit'
import type { Queue } from '@parley/queue'
import type { Exchange } from '@parley/relay'
import type { Model } from './models/model.ts'
import { createReplyWriter, leaseMs } from './replies/write.ts'

export type WorkerOptions = {
  history: History
  exchange: Exchange
  queue: Queue
  log: Logger
  host: string
  port: number
  model: Model
  concurrentReplies: number
}

/** How long replies under way may take to end when the worker stops; what is left goes to another worker. */
const finishWithinMs = 8_000

/** Turns prompts of the queue into replies, streamed while they are written. */
export async function createWorker(options: WorkerOptions): Promise<Service & { url: string }> {
  const { history, exchange, queue, log, model } = options
  const metrics = createMetrics()
  const writer = createReplyWriter({ history, exchange, log, model })
  metrics.gauge('parley_replies_under_way', 'Replies that are being written.', () => writer.underWay)

  const consumer = await waitFor('the prompt queue', log, () =>
    queue.consume({ concurrency: options.concurrentReplies, leaseMs }, writer.write),
  )
  const ready = async () => void (await Promise.all([history.ping(), exchange.ping(), queue.ping()]))
  const app = createHttp({ log, metrics, ready })
  const url = await app.listen({ host: options.host, port: options.port })
  log.info({ url, model: model.name }, 'ai-worker is ready')

  return {
    url,
    async close() {
      const handOver = setTimeout(writer.handOver, finishWithinMs)
      await consumer.close()
      clearTimeout(handOver)
      await app.close()
    },
  }
}
