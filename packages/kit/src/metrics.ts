import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  registry: Registry
  observeHttp(method: string, route: string, status: number, seconds: number): void
  /** A figure that is read when it is asked for; where it cannot be read, it is not told. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  /** @returns counts one more, or `by` more */
  counter(name: string, help: string): (by?: number) => void
  /** @returns the same, by labels whose values are few and known */
  counterBy<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
  ): (of: Record<L, string>, by?: number) => void
  /** @returns takes a measurement, for which these are the bounds that are counted between */
  histogram(name: string, help: string, buckets: number[]): (measured: number) => void
  /** @returns the same, by labels whose values are few and known */
  histogramBy<L extends string>(
    name: string,
    help: string,
    options: { labels: readonly L[]; buckets: number[] },
  ): (of: Record<L, string>, measured: number) => void
}

/** Bounds for times in seconds, from what a batch takes to what somebody gives up on. */
export const secondBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

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
    buckets: secondBuckets,
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
        async collect() {
          try {
            this.set(await read())
          } catch {
            this.reset()
          }
        },
      })
    },
    counter(name, help) {
      const counter = new Counter({ name, help, registers: [registry] })
      return (by = 1) => counter.inc(by)
    },
    counterBy(name, help, labelNames) {
      const counter = new Counter({ name, help, labelNames, registers: [registry] })
      return (of, by = 1) => counter.inc(of as never, by)
    },
    histogram(name, help, buckets) {
      const histogram = new Histogram({ name, help, buckets, registers: [registry] })
      return (measured) => histogram.observe(measured)
    },
    histogramBy(name, help, { labels: labelNames, buckets }) {
      const histogram = new Histogram({ name, help, labelNames, buckets, registers: [registry] })
      return (of, measured) => histogram.observe(of as never, measured)
    },
  }
}
