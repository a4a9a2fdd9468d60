import { hostname } from 'node:os'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

const sendEveryMs = 1_000

/**
 * Sends spans to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, by OTLP over HTTP, as JSON. What the collector
 * does not take in time is dropped: the processor's queue has a bound.
 *
 * @param share of the traces that begin here, from 0 to 1; those that began elsewhere are followed as it was decided there
 * @returns sends what is left, and ends it
 */
export function exportTraces(service: string, share: number): () => Promise<void> {
  const exporter = new OTLPTraceExporter()
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': `parley-${service}`,
      'service.namespace': 'parley',
      'service.instance.id': hostname(),
    }),
    sampler: new ParentBasedSampler({ root: share < 1 ? new TraceIdRatioBasedSampler(share) : new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: sendEveryMs })],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  return () => provider.shutdown()
}
