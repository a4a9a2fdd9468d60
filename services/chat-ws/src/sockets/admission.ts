import { type History, maxConnecting } from '@parley/history-client'
import { closeCodes, topics as names, type TicketHolder, ticketKey, writeRetryAfter } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { hear } from './hearing.ts'
import { end, sendFrame } from './send.ts'
import type { Socket } from './sockets.ts'

const maxLargeConversations = 1_000
/** Questions to history under way at most: who comes meanwhile is asked for together. */
const maxUnderWay = 2
/** Sockets that are being admitted at the same time; further ones are sent away, and told when to come again. */
const maxAdmitting = 1_000
const leastPerSecond = 200
const soonestMs = 500
/** Whoever has too many sockets has to close some first. */
const tooManyMs = 30_000

export type Admission = {
  /** Lets a socket that has opened in, or ends it. */
  admit(socket: Socket): Promise<void>
  close(): void
}

/**
 * What happens when a socket has opened: its ticket is used up, it hears its user's topic and the list updates of the
 * user's large conversations, and is then welcomed. One whose ticket is not valid, whose session is over, that cannot be
 * checked now or that comes with too many others is ended. A socket is admitted only after its upgrade: an upgrade that
 * waits for something is ended now and then by uWebSockets.js (docs/decisions/0010).
 */
export function createAdmission(
  node: string,
  { history, exchange, sockets, topics, log }: Pick<Deps, 'history' | 'exchange' | 'sockets' | 'topics' | 'log'>,
  obey: (user: string, frame: Buffer) => 'taken' | undefined,
  maxPerUser: number,
): Admission {
  const ask = createAsking(history)
  const bookings = createBookings()
  let admitting = 0

  async function admit(socket: Socket): Promise<void> {
    if (admitting >= maxAdmitting) {
      end(socket, closeCodes.tryAgainLater, writeRetryAfter(bookings.book()))
      return
    }
    admitting += 1
    try {
      await letIn(socket)
      bookings.admitted()
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'a socket could not be welcomed')
      end(socket, closeCodes.tryAgainLater, writeRetryAfter(soonestMs))
    }
    admitting -= 1
  }

  async function letIn(socket: Socket): Promise<void> {
    const state = socket.getUserData()
    const holder = state.ticket && (await exchange.scratch.take(ticketKey(state.ticket)))
    state.ticket = ''
    if (!holder) {
      end(socket, closeCodes.ticketInvalid, 'This ticket is not valid, or was used. Get a new one.')
      return
    }
    if (state.closed) return
    const { user, session } = JSON.parse(holder) as TicketHolder
    if (sockets.of(user).length >= maxPerUser) {
      end(socket, closeCodes.tryAgainLater, writeRetryAfter(tooManyMs))
      return
    }
    Object.assign(state, { user, session })
    sockets.add(socket)
    // First, so that a sign-out from now on is heard.
    await hear(socket, topics, names.user(user), { onFrame: (frame) => obey(user, frame) })
    const answer = await ask(user, session)
    if (!answer) {
      end(socket, closeCodes.signedOut, 'You are signed out.')
      return
    }
    for (const conversation of answer.largeConversations.slice(0, maxLargeConversations)) {
      await hear(socket, topics, names.bumps(conversation))
    }
    sendFrame(socket, { type: 'welcome', user, node })
  }

  return { admit, close: bookings.close }
}

/** Spreads those who are sent away over the time to come, by how many were admitted of late. */
function createBookings() {
  let admitted = 0
  let perSecond = leastPerSecond
  let booked = 0
  const timer = setInterval(() => {
    perSecond = Math.max(leastPerSecond, admitted)
    admitted = 0
    booked = Math.max(0, booked - perSecond)
  }, 1_000)
  return {
    admitted(): void {
      admitted += 1
    },
    /** @returns when to come again, in milliseconds */
    book(): number {
      booked += 1
      return Math.round(soonestMs + (booked / perSecond) * 1_000)
    },
    close: () => clearInterval(timer),
  }
}

type Answer = Awaited<ReturnType<History['connectUsers']>>['welcomes'][number]
type Asker = { user: string; session: string; resolve: (answer: Answer) => void; reject: (error: unknown) => void }

/** Asks history for those who come at the same moment in one question. */
function createAsking(history: History) {
  const waiting: Asker[] = []
  let underWay = 0

  async function next(): Promise<void> {
    if (underWay >= maxUnderWay || waiting.length === 0) return
    underWay += 1
    const askers = waiting.splice(0, maxConnecting)
    try {
      const sockets = askers.map(({ user, session }) => ({ user, session }))
      const { welcomes } = await history.connectUsers({ sockets })
      for (const [at, { resolve }] of askers.entries()) resolve(welcomes[at] ?? null)
    } catch (error) {
      for (const { reject } of askers) reject(error)
    }
    underWay -= 1
    void next()
  }

  return (user: string, session: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ user, session, resolve, reject })
      if (waiting.length === 1) setImmediate(() => void next()) // whoever comes in this turn of the loop is asked for with it
    })
}
