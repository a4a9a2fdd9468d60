import {
  type ConnectionStatus,
  type ConversationState,
  createApi,
  createConnection,
  followConversation,
} from '@parley/client'
import { type Frame, newId } from '@parley/protocol'
import { createRecorder } from '@parley/testing'
import { WebSocket } from 'ws'

export type Person = Awaited<ReturnType<typeof signUp>>

/** Keeps cookies as a browser does, and sends those given with every request. */
function createBrowserFetch(fixed: string): { fetch: typeof fetch; cookie: () => string } {
  let session = ''
  const cookie = () => [fixed, session].filter(Boolean).join('; ')
  return {
    cookie,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers)
      if (cookie()) headers.set('cookie', cookie())
      const response = await fetch(input, { ...init, headers })
      for (const line of response.headers.getSetCookie()) {
        if (line.startsWith('parley_session=')) session = line.split(';')[0]!
      }
      return response
    },
  }
}

/** Signs up a new person. `cookie` goes with every request, to steer which node serves it. */
export async function signUp(origin: string, name = 'Ada', cookie = '') {
  const browser = createBrowserFetch(cookie)
  const api = createApi({ origin, fetch: browser.fetch })
  const email = `${newId()}@example.org`
  const password = 'correct horse battery'
  const { user } = await api.signUp({ email, name, password })

  /** Opens a connection as a browser tab does. Its frames are kept for the test to look at, unless it takes them itself. */
  function connect({ onFrame }: { onFrame?: (frame: Frame) => void } = {}) {
    const frames = createRecorder<Frame>()
    const statuses = createRecorder<ConnectionStatus>()
    const followers = new Set<ReturnType<typeof followConversation>>()
    const connection = createConnection({
      url: `${origin.replace(/^http/, 'ws')}/ws`,
      ticket: api.ticket,
      createSocket: (url) => new WebSocket(url, { headers: { cookie: browser.cookie() } }) as never,
      onFrame(frame) {
        if (onFrame) onFrame(frame)
        else frames.push(frame)
        for (const follower of followers) follower.onFrame(frame)
      },
      onStatus(status) {
        statuses.push(status)
        for (const follower of followers) follower.onStatus(status)
      },
    })

    /** Follows a conversation, and lets a test wait for what it becomes. */
    function follow(conversation: string) {
      const states = createRecorder<ConversationState>((state) => `applied ${state.applied}, head ${state.head}`)
      const refusals = createRecorder<Error>()
      const follower = followConversation({
        api,
        connection: () => connection,
        conversation,
        onState(state) {
          states.items.length = 0 // the newest is all that counts
          states.push(state)
        },
        onRefused: refusals.push,
      })
      followers.add(follower)
      return {
        until: states.until,
        refusals,
        get state() {
          return follower.state!
        },
        close() {
          followers.delete(follower)
          follower.close()
        },
      }
    }

    return {
      connection,
      frames,
      statuses,
      follow,
      opened: () => statuses.until('the connection to open', ({ state }) => state === 'open'),
      close: () => connection.close(),
    }
  }

  return { api, user, email, password, connect }
}

/** A conversation of several people, the first of whom owns it. */
export async function gather(
  people: Person[],
  assistant: 'off' | 'auto' | 'always' | 'mention' = 'off',
): Promise<string> {
  const [owner, ...guests] = people as [Person, ...Person[]]
  const id = newId()
  await owner.api.createConversation({ id, title: 'Gathering', assistant })
  const { token } = await owner.api.invite(id)
  for (const guest of guests) await guest.api.acceptInvite(token)
  return id
}
