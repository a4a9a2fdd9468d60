import type { HttpRequest, HttpResponse, us_socket_context_t } from 'uWebSockets.js'
import { Refusal, toProblem } from '@parley/protocol'
import { newState } from './sockets.ts'

type Options = {
  allowedOrigins: string[]
  isDraining: () => boolean
  /** Whether the node has as many sockets as it may have. */
  isFull: () => boolean
  /** Whether an address has as many as it may have. */
  hasTooMany: (address: string) => boolean
}

/** Told to who comes to a node that is full or stopping; the balancer knows others. */
const comeAgainMs = 1_000
const crowdedMs = 30_000

/** Lets a socket open that comes from the page. Whom it lets in is decided once it is open, by its ticket. */
export function createUpgrade({ allowedOrigins, isDraining, isFull, hasTooMany }: Options) {
  return function upgrade(response: HttpResponse, request: HttpRequest, context: us_socket_context_t): void {
    // A node is reached through the proxy only, which sets the header; without one, by whoever runs it.
    const address = request.getHeader('x-forwarded-for') || Buffer.from(response.getRemoteAddressAsText()).toString()
    const refusal = refuse(request, address)
    if (refusal) {
      answer(response, refusal)
      return
    }
    response.upgrade(
      newState(request.getQuery('ticket') ?? '', address),
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    )
  }

  function refuse(request: HttpRequest, address: string): Refusal | undefined {
    const retry = { retryAfterMs: comeAgainMs }
    if (isDraining()) return new Refusal('unavailable', 'This node is stopping.', retry)
    if (isFull()) return new Refusal('unavailable', 'This node is full.', retry)
    if (hasTooMany(address)) {
      return new Refusal('rate.limited', 'There are too many connections from your address.', {
        retryAfterMs: crowdedMs,
      })
    }
    const origin = request.getHeader('origin')
    const host = request.getHeader('x-forwarded-host') || request.getHeader('host')
    if (origin && !isAllowed(origin, host)) {
      return new Refusal('origin.forbidden', 'Sockets can be opened by the page itself only.')
    }
    return undefined
  }

  /** Browsers always say where a socket is opened from; what says nothing is a script, which needs a ticket all the same. */
  function isAllowed(origin: string, host: string): boolean {
    return allowedOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host)
  }
}

function answer(response: HttpResponse, refusal: Refusal): void {
  response.cork(() => {
    response.writeStatus(String(refusal.status)).writeHeader('content-type', 'application/problem+json')
    if (refusal.retryAfterMs !== undefined) {
      response.writeHeader('retry-after', String(Math.ceil(refusal.retryAfterMs / 1_000)))
    }
    response.end(JSON.stringify(toProblem(refusal)))
  })
}
