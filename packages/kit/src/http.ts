import { Refusal, toProblem } from '@parley/protocol'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import type { Logger } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { inSpan, SpanKind } from './tracing.ts'

export type HttpOptions = {
  log: Logger
  metrics?: Metrics
  /** Whether the service can serve; a rejection's message says why not. */
  ready?: () => Promise<void>
  server?: FastifyServerOptions
  /** Whether people's browsers call it: what they say of traces is not believed, and each of their requests begins one. */
  isFront?: boolean
}

/**
 * A Fastify with what every service has: `/healthz` (alive), `/readyz` (can serve), `/metrics`, and errors as problem
 * details with Parley's codes. What a caller did wrong is never a 500.
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const { log, metrics = createMetrics(), ready, server = {} } = options
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 30_000,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // An address that cannot be read, or is too long, does not come as far as a route.
    frameworkErrors: (error, _request, reply) => void sendProblem(reply as never, toRefusal(error)),
    ...server,
  }) as unknown as FastifyInstance

  app.get('/healthz', { schema: { hide: true } as object }, async () => ({ status: 'alive' }))
  app.get('/readyz', { schema: { hide: true } as object }, async () => {
    try {
      await ready?.()
    } catch (error) {
      throw new Refusal('unavailable', (error as Error).message)
    }
    return { status: 'ready' }
  })
  app.get('/metrics', { schema: { hide: true } as object }, async (_request, reply) => {
    reply.type(metrics.registry.contentType)
    return metrics.registry.metrics()
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { traceparent } = request.headers
    // Who calls from outside begins a trace of its own; probes begin none.
    if (typeof traceparent !== 'string' && !options.isFront) return done()
    const { url: route = 'none' } = request.routeOptions
    const parent = options.isFront ? undefined : (traceparent as string)
    const attributes = { 'http.request.method': request.method, 'http.route': route }
    void inSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes, parent }, (span) => {
      done()
      return new Promise<void>((resolve) =>
        reply.raw.once('close', () => {
          span.setAttribute('http.response.status_code', reply.statusCode)
          resolve()
        }),
      )
    })
  })
  app.addHook('onResponse', async (request, reply) => {
    metrics.observeHttp(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = toRefusal(error)
    if (refusal.code === 'internal') request.log.error(error, 'unexpected error')
    else if (refusal.code === 'unavailable')
      request.log.warn({ reason: refusal.message, cause: refusal.cause }, 'unavailable')
    return sendProblem(reply, refusal)
  })
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new Refusal('route.not_found', 'There is nothing here.')),
  )
  return app
}

function sendProblem(reply: FastifyReply, refusal: Refusal) {
  if (refusal.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(refusal.retryAfterMs / 1000))
  return reply
    .status(refusal.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(refusal)))
}

/** The refusal that an error stands for: Fastify's own complaints about a request become codes, the rest `internal`. */
function toRefusal(error: FastifyError): Refusal {
  if (error instanceof Refusal) return error
  const [problem] = error.validation ?? []
  if (problem) {
    const missing = (problem.params as { requiredProperties?: string[] }).requiredProperties?.[0]
    const field = missing === undefined ? problem.instancePath : `${problem.instancePath}/${missing}`
    const reason = missing === undefined ? problem.message : 'is missing'
    return new Refusal('request.invalid', `${field || error.validationContext} ${reason}.`, { field })
  }
  if (error.statusCode === 414) return new Refusal('request.too_large', 'The address is too long.')
  if (error.statusCode === 413) return new Refusal('request.too_large', 'The request is too large.')
  if (error.statusCode === 429) return new Refusal('rate.limited', error.message)
  if (error.statusCode !== undefined && error.statusCode < 500) return new Refusal('request.invalid', error.message)
  return new Refusal('internal', 'Something went wrong on our side.', { cause: error })
}
