import type { HttpResponse, TemplatedApp } from 'uWebSockets.js'
import type { Metrics } from '@parley/kit'

/** `/healthz` (alive), `/readyz` (can serve) and `/metrics`, as every service has them. */
export function serveProbes(app: TemplatedApp, metrics: Metrics, ready: () => Promise<void>): void {
  app.get('/healthz', (response) => void response.end('{"status":"alive"}'))
  app.get('/readyz', (response) => {
    answer(
      response,
      ready().then(
        () => ({ status: '200 OK', body: '{"status":"ready"}' }),
        (error: Error) => ({ status: '503 Service Unavailable', body: JSON.stringify({ status: error.message }) }),
      ),
    )
  })
  app.get('/metrics', (response) => {
    answer(
      response,
      metrics.registry.metrics().then((body) => ({ status: '200 OK', body, type: metrics.registry.contentType })),
    )
  })
}

function answer(response: HttpResponse, content: Promise<{ status: string; body: string; type?: string }>): void {
  let aborted = false
  response.onAborted(() => {
    aborted = true
  })
  void content.then(({ status, body, type = 'application/json' }) => {
    if (aborted) return
    response.cork(() => response.writeStatus(status).writeHeader('content-type', type).end(body))
  })
}
