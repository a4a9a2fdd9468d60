import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as a collector gets it, of what is looked at here. Times are milliseconds since the epoch. */
export type Span = {
  service: string
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  startedAt: number
  endedAt: number
  attributes: Record<string, string | number>
  events: string[]
}

type Value = { stringValue?: string; intValue?: number | string }
type Attribute = { key: string; value: Value }
type Sent = {
  resourceSpans: {
    resource: { attributes: Attribute[] }
    scopeSpans: {
      spans: {
        traceId: string
        spanId: string
        parentSpanId?: string
        name: string
        startTimeUnixNano: string
        endTimeUnixNano: string
        attributes: Attribute[]
        events: { name: string }[]
      }[]
    }[]
  }[]
}

/** A collector that takes OTLP over HTTP, as JSON, and keeps what comes. */
export async function collectTraces(host = '127.0.0.1') {
  const spans: Span[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    if (request.url === '/v1/traces') spans.push(...read(JSON.parse(Buffer.concat(pieces).toString()) as Sent))
    response.setHeader('content-type', 'application/json')
    response.end('{}')
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    spans,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function read({ resourceSpans }: Sent): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name'] ?? '')
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, startTimeUnixNano, endTimeUnixNano, attributes, events }) => ({
        ...{ service, traceId, spanId, name, parentSpanId: parentSpanId || undefined },
        startedAt: Number(BigInt(startTimeUnixNano) / 1_000n) / 1_000,
        endedAt: Number(BigInt(endTimeUnixNano) / 1_000n) / 1_000,
        attributes: valuesOf(attributes),
        events: events.map((event) => event.name),
      })),
    )
  })
}

function valuesOf(attributes: Attribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue ?? Number.NaN)]),
  )
}
