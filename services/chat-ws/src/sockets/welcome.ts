import { type History, maxConnecting } from '@parley/history-client'
import { closeCodes, topics as names, Refusal } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { hear } from './hearing.ts'
import { end, sendFrame } from './send.ts'
import type { Socket, SocketState } from './sockets.ts'

/** Close code 1013 of the IANA registry: the client may come back later. */
const tryAgainLater = 1013
const maxLargeConversations = 1_000
/** Questions to history under way at most: who comes meanwhile is asked for together. */
const maxUnderWay = 2
const maxWaiting = 20_000

/**
 * What happens when a socket has opened: it hears its user's topic and the list updates of the user's large
 * conversations, and is then welcomed. A socket whose session is over, or that cannot be checked now, is ended.
 */
export function createWelcome(node: string, { history, topics, log }: Pick<Deps, 'history' | 'topics' | 'log'>) {
  const ask = createAsking(history)

  return async function welcome(socket: Socket): Promise<void> {
    const state = socket.getUserData()
    try {
      await hear(socket, topics, names.user(state.user)) // first, so that a sign-out from now on is heard
      const answer = await ask(state)
      if (!answer) {
        end(socket, closeCodes.signedOut, 'You are signed out.')
        return
      }
      for (const conversation of answer.largeConversations.slice(0, maxLargeConversations)) {
        await hear(socket, topics, names.bumps(conversation))
      }
      sendFrame(socket, { type: 'welcome', user: state.user, node })
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'a socket could not be welcomed')
      end(socket, tryAgainLater, 'Something is away for the moment.')
    }
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

  return ({ user, session }: Pick<SocketState, 'user' | 'session'>): Promise<Answer> => {
    if (waiting.length >= maxWaiting) return Promise.reject(new Refusal('unavailable', 'Too many come at once.'))
    return new Promise((resolve, reject) => {
      waiting.push({ user, session, resolve, reject })
      if (waiting.length === 1) setImmediate(() => void next()) // whoever comes in this turn of the loop is asked for with it
    })
  }
}
