import type { History } from '@parley/history-client'
import { createHttp, createMetrics, type Logger, type Service, waitFor } from '@parley/kit'
import type { Queue } from '@parley/queue'
import type { Exchange } from '@parley/relay'
import type { Models } from './models/model.ts'
import { offerModels } from './models/offer.ts'
import { createFigures } from './replies/figures.ts'
import { createPace, type Pace } from './replies/pace.ts'
import { createReplyWriter, leaseMs } from './replies/write.ts'

export type WorkerOptions = {
  history: History
  exchange: Exchange
  queue: Queue
  log: Logger
  host: string
  port: number
  models: Models
  pace?: Pace
  concurrentReplies: number
}

/** How long replies under way may take to end when the worker stops; what is left goes to another worker. */
const finishWithinMs = 8_000

/** Turns prompts of the queue into replies, streamed while they are written. */
export async function createWorker(options: WorkerOptions): Promise<Service & { url: string }> {
  const { history, exchange, queue, log, models } = options
  const metrics = createMetrics()
  const figures = createFigures(metrics)
  const writer = createReplyWriter({ history, exchange, log, models, pace: options.pace ?? createPace(), figures })
  metrics.gauge('parley_replies_under_way', 'Replies that are being written.', () => writer.underWay)

  const consumer = await waitFor('the prompt queue', log, () =>
    queue.consume({ concurrency: options.concurrentReplies, leaseMs }, writer.write),
  )
  const offer = offerModels(exchange.scratch, models)
  const ready = async () => void (await Promise.all([history.ping(), exchange.ping(), queue.ping()]))
  const app = createHttp({ log, metrics, ready })
  const url = await app.listen({ host: options.host, port: options.port })
  log.info({ url, model: models.offered[0].name }, 'ai-worker is ready')

  return {
    url,
    async close() {
      const handOver = setTimeout(writer.handOver, finishWithinMs)
      await consumer.close()
      clearTimeout(handOver)
      offer.close()
      writer.close()
      await app.close()
    },
  }
}
