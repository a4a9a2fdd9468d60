import { closeCodes, topics as names, Refusal } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { hear } from './hearing.ts'
import { end, sendFrame } from './send.ts'
import type { Socket } from './sockets.ts'

/** Close code 1013 of the IANA registry: the client may come back later. */
const tryAgainLater = 1013
const maxLargeConversations = 1_000

/**
 * What happens when a socket has opened: it hears its user's topic and the list updates of the user's large
 * conversations, and is then welcomed. A socket whose session is over, or that cannot be checked now, is ended.
 */
export async function welcome(
  socket: Socket,
  node: string,
  { history, topics, log }: Pick<Deps, 'history' | 'topics' | 'log'>,
): Promise<void> {
  const { user, session } = socket.getUserData()
  try {
    await hear(socket, topics, names.user(user))
    const { largeConversations } = await history.connectUser({ user, session })
    for (const conversation of largeConversations.slice(0, maxLargeConversations)) {
      await hear(socket, topics, names.bumps(conversation))
    }
    sendFrame(socket, { type: 'welcome', user, node })
  } catch (error) {
    const over = error instanceof Refusal && error.code === 'auth.session_ended'
    if (over) end(socket, closeCodes.signedOut, 'You are signed out.')
    else {
      log.warn({ reason: (error as Error).message }, 'a socket could not be welcomed')
      end(socket, tryAgainLater, 'Something is away for the moment.')
    }
  }
}
