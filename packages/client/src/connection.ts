import { type Command, closeCodes, type Frame, newId, parseFrame, Refusal, readRetryAfter } from '@parley/protocol'
import { backoffMs } from './backoff.ts'

/** What a connection is doing: the page shows it. */
export type ConnectionStatus =
  | { state: 'connecting' }
  | { state: 'open'; node: string }
  /** Cut off; the next try is at `retryAt` (milliseconds since the epoch). */
  | { state: 'waiting'; retryAt: number }
  | { state: 'signed-out' }
  | { state: 'closed' }

/** What a command is answered with when it went well. */
type Answer = Extract<Frame, { type: 'ack' | 'caught-up' | 'reset' | 'pong' }>

type CommandBody = Command extends infer C ? (C extends Command ? Omit<C, 'id'> & { id?: string } : never) : never

export type ConnectionOptions = {
  /** Address of the socket without the ticket, like `ws://localhost:8080/ws`. */
  url: string
  /** Gets a ticket; rejects with a `Refusal`. */
  ticket: () => Promise<string>
  /** Makes the socket; for tests and scripts that need headers. */
  createSocket?: (url: string) => WebSocket
  onFrame: (frame: Frame) => void
  onStatus?: (status: ConnectionStatus) => void
}

export type Connection = {
  readonly status: ConnectionStatus
  /**
   * Sends a command, and sends it again after a reconnect until it is answered: each command can be repeated without
   * harm. Rejects with the `Refusal` that answered it, or when the connection is closed for good.
   */
  request(command: CommandBody): Promise<Answer>
  /** Tries at once instead of when it is time: the network is back, or somebody looks at the page again. */
  retryNow(): void
  close(): void
}

type Pending = {
  command: Command
  resolve: (answer: Answer) => void
  reject: (error: Refusal) => void
  /** Whether it is on its way over the present socket. */
  sent: boolean
  retry?: ReturnType<typeof setTimeout>
}

/** Commands without an answer at most; more are refused at once. */
const maxPending = 1_000
/**
 * A server that has said nothing for this long is asked whether it is there: sooner where a command waits for its answer.
 * One that does not answer is gone, whatever the socket says: whoever is cut off behind a proxy is told by nobody. So all
 * have another socket within 15 s.
 */
const quietForMs = 10_000
const quietAfterCommandMs = 3_000
const answerWithinMs = 4_000
const welcomeWithinMs = 10_000
/** What the server says to come back from at once: it is only restarting. */
const restartJitterMs = 1_000

/** One live connection that heals itself: new ticket, new socket, unanswered commands again. */
export function createConnection(options: ConnectionOptions): Connection {
  const { url, ticket, onFrame, onStatus = () => {}, createSocket = (address) => new WebSocket(address) } = options
  const pending = new Map<string, Pending>()
  let status: ConnectionStatus = { state: 'connecting' }
  let socket: WebSocket | undefined
  let failures = 0
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let signTimer: ReturnType<typeof setTimeout> | undefined
  /** When it is asked whether it is there; undefined while it has been asked. */
  let askAt: number | undefined

  function become(next: ConnectionStatus): void {
    status = next
    onStatus(next)
  }

  async function connect(): Promise<void> {
    become({ state: 'connecting' })
    let address: string
    try {
      address = `${url}?ticket=${encodeURIComponent(await ticket())}`
    } catch (error) {
      if (isOver()) return
      const code = error instanceof Refusal ? error.code : 'unavailable'
      if (code === 'auth.required' || code === 'auth.session_ended') finish({ state: 'signed-out' })
      else retryLater(backoffMs(failures))
      return
    }
    if (isOver()) return
    const current = createSocket(address)
    socket = current
    current.onmessage = ({ data }) => {
      if (socket === current) receive(String(data))
    }
    current.onclose = ({ code, reason }) => {
      if (socket === current) lost(code, reason)
    }
    current.onerror = () => {} // a close follows
    awaitSign(welcomeWithinMs)
  }

  function receive(text: string): void {
    const frame = parseFrame(text)
    if (!frame) return // of a newer server
    askAfter(quietForMs)
    if (frame.type === 'welcome') {
      failures = 0
      become({ state: 'open', node: frame.node })
      for (const each of pending.values()) transmit(each)
    } else if (frame.type === 'ack' || frame.type === 'pong' || frame.type === 'caught-up' || frame.type === 'reset') {
      settle(frame.id)?.resolve(frame)
    } else if (frame.type === 'error') {
      refused(frame)
    } else onFrame(frame)
  }

  function settle(id: string): Pending | undefined {
    const found = pending.get(id)
    pending.delete(id)
    return found
  }

  function refused({ id, code, message, field, retryAfterMs }: Extract<Frame, { type: 'error' }>): void {
    const found = id === undefined ? undefined : pending.get(id)
    if (!found) return
    if (code === 'rate.limited' || code === 'unavailable' || code === 'internal') {
      found.sent = false
      found.retry = setTimeout(() => transmit(found), (retryAfterMs ?? 1_000) * (1 + Math.random()))
      return
    }
    const refusal = new Refusal(code as Refusal['code'], message, { ...(field !== undefined && { field }) })
    settle(found.command.id)?.reject(refusal)
  }

  function transmit(each: Pending): void {
    if (status.state !== 'open' || each.sent || !pending.has(each.command.id)) return
    clearTimeout(each.retry)
    each.sent = true
    socket?.send(JSON.stringify(each.command))
    if (askAt !== undefined && askAt > Date.now() + quietAfterCommandMs) askAfter(quietAfterCommandMs)
  }

  /** Asks whether the server is there, when it has been quiet for so long. */
  function askAfter(quietMs: number): void {
    clearTimeout(signTimer)
    askAt = Date.now() + quietMs
    signTimer = setTimeout(() => {
      if (status.state === 'open') socket?.send(JSON.stringify({ type: 'ping', id: newId() }))
      awaitSign(answerWithinMs)
    }, quietMs)
  }

  /** Gives the socket up where nothing comes over it in time. */
  function awaitSign(withinMs: number): void {
    clearTimeout(signTimer)
    askAt = undefined
    signTimer = setTimeout(giveUp, withinMs)
  }

  function giveUp(): void {
    const stuck = socket
    socket = undefined
    stuck?.close()
    lost()
  }

  function lost(code?: number, reason = ''): void {
    socket = undefined
    clearTimeout(signTimer)
    if (isOver()) return
    for (const each of pending.values()) each.sent = false
    if (code === closeCodes.signedOut) finish({ state: 'signed-out' })
    else if (code === closeCodes.restarting) retryLater(Math.random() * restartJitterMs)
    else retryLater(Math.max(backoffMs(failures), (readRetryAfter(String(reason)) ?? 0) * (1 + Math.random() / 4)))
  }

  function retryLater(delayMs: number): void {
    failures += 1
    become({ state: 'waiting', retryAt: Date.now() + delayMs })
    retryTimer = setTimeout(() => void connect(), delayMs)
  }

  function finish(end: ConnectionStatus): void {
    clearTimeout(retryTimer)
    clearTimeout(signTimer)
    for (const each of pending.values()) {
      clearTimeout(each.retry)
      each.reject(new Refusal('auth.required', 'The connection is closed.'))
    }
    pending.clear()
    become(end)
    const last = socket
    socket = undefined
    last?.close()
  }

  function isOver(): boolean {
    return status.state === 'closed' || status.state === 'signed-out'
  }

  void connect()
  return {
    get status() {
      return status
    },
    request(body) {
      const command = { ...body, id: body.id ?? newId() } as Command
      if (isOver()) return Promise.reject(new Refusal('auth.required', 'The connection is closed.'))
      if (pending.size >= maxPending) return Promise.reject(new Refusal('rate.limited', 'Too much waits to be sent.'))
      return new Promise((resolve, reject) => {
        const each: Pending = { command, resolve, reject, sent: false }
        pending.set(command.id, each)
        transmit(each)
      })
    },
    retryNow() {
      if (status.state !== 'waiting') return
      clearTimeout(retryTimer)
      void connect()
    },
    close: () => finish({ state: 'closed' }),
  }
}
