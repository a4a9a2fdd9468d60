import { Counter, Rate, Trend } from 'k6/metrics'
import { WebSocket } from 'k6/websockets'
import { newId, type Person, socketAddress } from './rest.ts'

/** From the moment a message is sent to the moment somebody else's socket has it. */
const delivery = new Trend('parley_delivery', true)
/** From the moment a message is sent to its acknowledgement, after its commit. */
const acknowledgement = new Trend('parley_ack', true)
/** From a socket's loss to the welcome of the next one. */
const outage = new Trend('parley_outage', true)
const deliveries = new Counter('parley_deliveries')
const acknowledged = new Counter('parley_acknowledged')
/** Commands that were refused. */
const refused = new Counter('parley_refused')
/** Messages that were acknowledged, and that the sender's page does not have at its end; and pages that never came back. */
const lost = new Counter('parley_lost')
/** Whether what was sent was acknowledged by the end. */
const answered = new Rate('parley_answered')

/** What every script asks of Parley. */
export const thresholds = {
  parley_lost: ['count==0'],
  parley_refused: ['count==0'],
  parley_answered: ['rate==1'],
  http_req_failed: ['rate<0.01'],
}

type Frame = {
  type: string
  id?: string
  head?: number
  code?: string
  changes?: Change[]
  change?: Change
}
type Change = {
  kind: string
  seq: number
  message?: { id: string; role: string; author: string | null; content: string; reply?: { status: string } }
}

export type Tab = {
  /** Sends a message; it is sent again after a reconnect until it is acknowledged. */
  send(text: string): void
  /** Waits for what is on its way, looks whether anything is missing, and closes. */
  finish(): void
}

export type Watching = {
  onOpen?(tab: Tab): void
  onMessage?(message: NonNullable<Change['message']>): void
  onDelta?(): void
}

const mark = 'sent-at='
const soonestMs = 100
const finishWithinMs = 10_000
const againMs = 500

/** A page that has one conversation open, and heals as the real one does. */
export function openTab(person: Person, conversation: string, watching: Watching = {}): Tab {
  /** What was acknowledged and has not been seen in the conversation yet. */
  const unseen = new Set<string>()
  const seen = new Set<string>()
  const unanswered = new Map<string, { frame: string; at: number }>()
  let socket: WebSocket | undefined
  let applied = 0
  let lostAt = 0
  let failures = 0
  let isOpen = false
  let finishing = false
  let closed = false
  let opened = false

  function connect(): void {
    let address: string
    try {
      address = socketAddress(person)
    } catch {
      comeAgain()
      return
    }
    const current = new WebSocket(address)
    socket = current
    current.onmessage = (message) => receive(JSON.parse(String(message?.data)) as Frame)
    current.onclose = () => {
      if (socket !== current || closed) return
      isOpen = false
      if (lostAt === 0) lostAt = Date.now()
      comeAgain()
    }
    current.onerror = () => {}
  }

  /** Full jitter over a growing span. */
  function comeAgain(): void {
    failures += 1
    setTimeout(connect, soonestMs + Math.random() * Math.min(4_000, 250 * 2 ** failures))
  }

  function ask(frame: object): void {
    socket?.send(JSON.stringify(frame))
  }

  function receive(frame: Frame): void {
    switch (frame.type) {
      case 'welcome':
        failures = 0
        if (lostAt > 0) outage.add(Date.now() - lostAt)
        lostAt = 0
        ask({ type: 'open', id: 'open', conversation, since: applied })
        return
      case 'caught-up':
        for (const change of frame.changes ?? []) if (change.seq > applied) take(change)
        applied = frame.head!
        isOpen = true
        for (const [, { frame: again }] of unanswered) socket?.send(again)
        if (!opened) watching.onOpen?.(tab)
        opened = true
        if (finishing) end()
        return
      case 'change':
        if (frame.change!.seq === applied + 1) {
          applied += 1
          take(frame.change!)
        } else if (frame.change!.seq > applied) ask({ type: 'open', id: 'open', conversation, since: applied })
        return
      case 'head':
        if (frame.head! > applied) ask({ type: 'open', id: 'open', conversation, since: applied })
        return
      case 'delta':
        watching.onDelta?.()
        return
      case 'ack':
        settle(frame.id!)
        return
      case 'error':
        if (frame.code === 'unavailable') {
          setTimeout(() => repeat(frame.id!), againMs)
          return
        }
        refused.add(1, { code: frame.code! })
        unanswered.delete(frame.id!)
    }
  }

  /** What could not be done just now is asked again, unless a reconnect has done so. */
  function repeat(id: string): void {
    const sent = unanswered.get(id)
    if (sent && isOpen) socket?.send(sent.frame)
  }

  function take({ message }: Change): void {
    if (!message) return
    if (message.author === person.id && !unseen.delete(message.id)) seen.add(message.id)
    watching.onMessage?.(message)
    if (!message.content.startsWith(mark) || message.author === person.id) return
    delivery.add(Date.now() - Number(message.content.slice(mark.length).split(' ')[0]))
    deliveries.add(1)
  }

  function settle(id: string): void {
    const sent = unanswered.get(id)
    if (!sent) return
    unanswered.delete(id)
    acknowledgement.add(Date.now() - sent.at)
    acknowledged.add(1)
    if (!seen.delete(id)) unseen.add(id)
    answered.add(true)
    if (finishing && unanswered.size === 0) look()
  }

  /** The last look: with its answer everything is here, or lost. */
  function look(): void {
    if (isOpen) ask({ type: 'open', id: 'last', conversation, since: applied })
  }

  function end(): void {
    if (unanswered.size > 0 || closed) return
    closed = true
    if (unseen.size > 0) lost.add(unseen.size)
    socket?.close()
  }

  const tab: Tab = {
    send(text) {
      const id = newId()
      const frame = JSON.stringify({ type: 'send', id, conversation, content: `${mark}${Date.now()} ${text}` })
      unanswered.set(id, { frame, at: Date.now() })
      if (isOpen) socket?.send(frame)
    },
    finish() {
      finishing = true
      if (unanswered.size === 0) look()
      setTimeout(() => {
        if (closed) return
        closed = true
        for (const _ of unanswered) answered.add(false)
        if (!isOpen) lost.add(1)
        socket?.close()
      }, finishWithinMs)
    },
  }
  connect()
  return tab
}
