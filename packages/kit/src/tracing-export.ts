import { hostname } from 'node:os'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

/**
 * Sends spans to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, by OTLP over HTTP. `OTEL_TRACES_SAMPLER` and the
 * other variables of OpenTelemetry are read by its SDK. What the collector does not take in time is dropped: at most 2,048
 * spans wait.
 */
export function exportTraces(service: string): () => Promise<void> {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': `parley-${service}`,
      'service.namespace': 'parley',
      'service.instance.id': hostname(),
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 1_000 })],
  })
  provider.register()
  return () => provider.shutdown()
}
