import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  registry: Registry
  observeHttp(method: string, route: string, status: number, seconds: number): void
  /** A figure that is read when it is asked for. */
  gauge(name: string, help: string, read: () => number): void
  /** @returns counts one more, or `by` more */
  counter(name: string, help: string): (by?: number) => void
}

/** How often the event loop's lag is looked at: each look wakes the process, and a service that idles should sleep. */
const loopEveryMs = 100

/** A registry of a service's own, so that several services may live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopEveryMs })
  const http = new Histogram({
    name: 'parley_http_request_duration_seconds',
    help: 'Time to answer HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return {
    registry,
    observeHttp(method, route, status, seconds) {
      http.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds)
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read())
        },
      })
    },
    counter(name, help) {
      const counter = new Counter({ name, help, registers: [registry] })
      return (by = 1) => counter.inc(by)
    },
  }
}
