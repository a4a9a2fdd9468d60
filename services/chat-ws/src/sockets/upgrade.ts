import type { HttpRequest, HttpResponse, us_socket_context_t } from 'uWebSockets.js'
import { Refusal, type TicketHolder, ticketKey, toProblem } from '@parley/protocol'
import type { Scratch } from '@parley/relay'
import type { SocketState } from './sockets.ts'

type Options = { scratch: Scratch; allowedOrigins: string[]; isDraining: () => boolean }

/** Lets a socket in that comes from the page and brings a ticket, which is used up by it. */
export function createUpgrade({ scratch, allowedOrigins, isDraining }: Options) {
  return function upgrade(response: HttpResponse, request: HttpRequest, context: us_socket_context_t): void {
    let aborted = false
    response.onAborted(() => {
      aborted = true
    })
    // The request lives until this function returns only.
    const origin = request.getHeader('origin')
    const host = request.getHeader('x-forwarded-host') || request.getHeader('host')
    const ticket = request.getQuery('ticket') ?? ''
    const key = request.getHeader('sec-websocket-key')
    const protocol = request.getHeader('sec-websocket-protocol')
    const extensions = request.getHeader('sec-websocket-extensions')

    admit(origin, host, ticket).then(
      (holder) => {
        if (aborted) return
        response.cork(() => response.upgrade(newState(holder), key, protocol, extensions, context))
      },
      (error: unknown) => {
        if (!aborted) refuse(response, error)
      },
    )
  }

  async function admit(origin: string, host: string, ticket: string): Promise<TicketHolder> {
    if (isDraining()) throw new Refusal('unavailable', 'This node is stopping.')
    if (origin && !isAllowed(origin, host)) {
      throw new Refusal('origin.forbidden', 'Sockets can be opened by the page itself only.')
    }
    const holder = ticket && (await scratch.take(ticketKey(ticket)))
    if (!holder) throw new Refusal('auth.ticket_invalid', 'This ticket is not valid, or was used. Get a new one.')
    return JSON.parse(holder) as TicketHolder
  }

  /** Browsers always say where a socket is opened from; what says nothing is a script, which needs a ticket all the same. */
  function isAllowed(origin: string, host: string): boolean {
    return allowedOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host)
  }
}

function newState({ user, session }: TicketHolder): SocketState {
  return {
    user,
    session,
    open: new Map(),
    removals: 0,
    topics: new Set(),
    budget: Number.POSITIVE_INFINITY, // filled at the first command
    budgetAt: 0,
    refusedInRow: 0,
    underWay: 0,
    closed: false,
  }
}

function refuse(response: HttpResponse, error: unknown): void {
  const refusal = error instanceof Refusal ? error : new Refusal('internal', 'Something went wrong on our side.')
  response.cork(() => {
    response
      .writeStatus(String(refusal.status))
      .writeHeader('content-type', 'application/problem+json')
      .end(JSON.stringify(toProblem(refusal)))
  })
}
