import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { SettingError } from './config.ts'

export { SpanKind } from '@opentelemetry/api'

// The API alone costs next to nothing: without a tracer behind it (`startTracing`) each span is none.
const tracer = trace.getTracer('parley')

export type SpanOptions = {
  kind?: SpanKind
  attributes?: Attributes
  /** Where it began, as another process has told it (`traceparent` of W3C Trace Context). */
  parent?: string | undefined
  /** Other traces that it does its work for. */
  links?: (string | undefined)[]
  /** Nothing is traced where there is no parent: what a process does by itself would be a trace of its own each time. */
  onlyWithin?: boolean
}

/** Does some work in a span, which ends with it and tells whether it failed. */
export function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => T): T {
  const { kind = SpanKind.INTERNAL, attributes = {}, parent, links = [], onlyWithin = false } = options
  const from = parent === undefined ? context.active() : contextOf(parent)
  if (onlyWithin && !trace.getSpanContext(from)) return work(trace.getSpan(ROOT_CONTEXT) ?? none)
  const linked = links.flatMap((each): Link[] => {
    const found = each === undefined ? undefined : trace.getSpanContext(contextOf(each))
    return found ? [{ context: found }] : []
  })
  const span = tracer.startSpan(name, { kind, attributes, links: linked }, from)
  return context.with(trace.setSpan(from, span), () => {
    try {
      const result = work(span)
      if (!(result instanceof Promise)) {
        span.end()
        return result
      }
      return result.then(
        (value) => {
          span.end()
          return value
        },
        (error: unknown) => {
          fail(span, error)
          throw error
        },
      ) as T
    } catch (error) {
      fail(span, error)
      throw error
    }
  })
}

const none = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 })

function fail(span: Span, error: unknown): void {
  const { code, message } = error as { code?: string; message?: string }
  span.setStatus({ code: SpanStatusCode.ERROR, message: code ?? message ?? String(error) })
  span.end()
}

/** The span that is under way, as another process can go on from it; undefined where nothing is traced. */
export function traceparent(): string | undefined {
  if (!trace.getSpanContext(context.active())) return undefined
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent
}

const mark = ',"trace":"'
const markedLength = mark.length + '00-12345678901234567890123456789012-1234567890123456-01"}'.length
const comma = ','.charCodeAt(0)

/** A frame with the span under way at its end, for whoever takes it from the relay; the frame itself where none is. */
export function markFrame(frame: string): string {
  const parent = traceparent()
  return parent === undefined ? frame : `${frame.slice(0, -1)}${mark}${parent}"}`
}

/** Takes the mark of `markFrame` off a frame: what clients get does not have it. */
export function takeMark(frame: Buffer): { frame: Buffer; parent: string | undefined } {
  const at = frame.length - markedLength
  // No text of a message looks so: its quotes are escaped.
  if (at < 0 || frame[at] !== comma || frame.toString('latin1', at, at + mark.length) !== mark) {
    return { frame, parent: undefined }
  }
  const parent = frame.toString('latin1', at + mark.length, frame.length - 2)
  return { frame: Buffer.concat([frame.subarray(0, at), Buffer.from('}')]), parent }
}

function contextOf(parent: string): Context {
  return propagation.extract(ROOT_CONTEXT, { traceparent: parent })
}

/**
 * Starts to trace, where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector; `OTEL_TRACES_SAMPLER_ARG` is the share of traces
 * that is kept, from 0 to 1.
 *
 * @returns sends what is left, and ends it
 */
export async function startTracing(service: string): Promise<() => Promise<void>> {
  const { env } = process
  const isWanted = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  if (!isWanted || env.OTEL_SDK_DISABLED === 'true') return async () => {}
  const share = Number(env.OTEL_TRACES_SAMPLER_ARG || 1)
  if (!(share >= 0 && share <= 1)) throw new SettingError('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1')
  const { exportTraces } = await import('./tracing-export.ts')
  return exportTraces(service, share)
}
