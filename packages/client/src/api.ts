import {
  type AssistantMode,
  type AssistantSettings,
  type ConversationDetail,
  type ConversationList,
  type ConversationSummary,
  type Found,
  fromProblem,
  type ImportedMessage,
  type Invite,
  type InviteList,
  type InvitePreview,
  type MessagePage,
  type Place,
  Refusal,
  type Role,
  type Session,
  type SharedPage,
  type ShareList,
  type UsageReport,
} from '@parley/protocol'
import { accountCalls } from './account-calls.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A token is renewed when it has less than this to live. */
const renewBeforeMs = 30_000

export type ApiOptions = {
  /** Where Parley answers, like `http://localhost:8080`; empty for the page's own origin. */
  origin: string
  fetch?: typeof fetch
  /** Called once when the session is over, whoever ended it. */
  onSignedOut?: () => void
}

/**
 * The REST interface. Keeps the access token in memory and renews it by the session cookie. Each method rejects with a
 * `Refusal`; while Parley cannot be reached that is `unavailable`.
 */
export function createApi({ origin, fetch: send = fetch, onSignedOut = () => {} }: ApiOptions) {
  let token: { value: string; until: number } | undefined
  let renewing: Promise<Session> | undefined

  async function call<T>(method: Method, path: string, body?: unknown, authorization?: string): Promise<T> {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization && { authorization }),
    }
    let response: Response
    try {
      response = await send(`${origin}/api/v1${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (cause) {
      throw new Refusal('unavailable', 'Parley cannot be reached. Check your connection.', { cause })
    }
    if (response.status === 204) return undefined as T
    const document = await response.json().catch(() => null)
    if (response.ok) return document as T
    throw fromProblem(document)
  }

  function keep<S extends Session>(session: S): S {
    token = { value: session.accessToken, until: Date.now() + session.expiresInSeconds * 1000 }
    return session
  }

  /** Renews the access token by the session cookie; rejects with `auth.required` where there is no session. */
  function refresh(): Promise<Session> {
    renewing ??= call<Session | undefined>('POST', '/sessions/refresh')
      .then((session) => {
        if (session) return keep(session)
        throw new Refusal('auth.required', 'You are signed out.')
      })
      .finally(() => {
        renewing = undefined
      })
    return renewing
  }

  async function authorized<T>(method: Method, path: string, body?: unknown): Promise<T> {
    try {
      if (!token || token.until - Date.now() < renewBeforeMs) await refresh()
      return await call<T>(method, path, body, `Bearer ${token?.value}`)
    } catch (error) {
      if (error instanceof Refusal && (error.code === 'auth.session_ended' || error.code === 'auth.required')) {
        token = undefined
        onSignedOut()
      }
      throw error
    }
  }

  async function signedOut(path: string): Promise<void> {
    await authorized('DELETE', path)
    token = undefined
  }

  const at = (conversation: string) => `/conversations/${conversation}`
  return {
    ...accountCalls({ call, authorized, keep }),
    refresh,
    signOut: () => signedOut('/sessions/current'),
    signOutEverywhere: () => signedOut('/sessions'),
    deleteAccount: async (password?: string) => {
      await authorized('POST', '/me/deletion', password ? { password } : {})
      token = undefined
    },
    ticket: async () => (await authorized<{ ticket: string }>('POST', '/tickets')).ticket,

    listConversations: (which: { before?: string; place?: Place } = {}) =>
      authorized<ConversationList>('GET', `/conversations?${new URLSearchParams(which)}`),
    createConversation: (body: { id: string; title?: string; assistant?: AssistantMode }) =>
      authorized<ConversationSummary>('POST', '/conversations', body),
    getConversation: (id: string) => authorized<ConversationDetail>('GET', at(id)),
    changeConversation: (id: string, patch: { title: string }) => authorized<{ seq: number }>('PATCH', at(id), patch),
    placeConversation: (id: string, place: Place) => authorized<void>('PUT', `${at(id)}/place`, { place }),
    deleteConversation: (id: string) => authorized<void>('DELETE', at(id)),
    restoreConversation: (id: string) => authorized<void>('POST', `${at(id)}/restore`),
    page: (id: string, bounds: { before?: number; after?: number; limit?: number } = {}) =>
      authorized<MessagePage>('GET', `${at(id)}/messages?${new URLSearchParams(asStrings(bounds))}`),
    search: (query: { q: string; conversation?: string; before?: string }) =>
      authorized<Found>('GET', `/search?${new URLSearchParams(query)}`),
    send: (id: string, message: { id: string; content: string }) =>
      authorized<{ id: string; seq: number }>('POST', `${at(id)}/messages`, message),

    models: async () => (await authorized<{ models: string[] }>('GET', '/models')).models,
    usage: () => authorized<UsageReport>('GET', '/usage'),
    putAssistant: (id: string, assistant: string, settings: AssistantSettings) =>
      authorized<{ seq: number }>('PUT', `${at(id)}/assistants/${assistant}`, settings),
    removeAssistant: (id: string, assistant: string) =>
      authorized<{ seq: number }>('DELETE', `${at(id)}/assistants/${assistant}`),

    setRole: (id: string, user: string, role: Role) => authorized('PATCH', `${at(id)}/members/${user}`, { role }),
    removeMember: (id: string, user: string) => authorized('DELETE', `${at(id)}/members/${user}`),
    invite: (
      id: string,
      invite: { role: 'member' | 'viewer'; expiresInHours?: number; maxUses?: number; guests?: boolean } = {
        role: 'member',
      },
    ) => authorized<Invite>('POST', `${at(id)}/invites`, invite),
    listInvites: async (id: string) => (await authorized<InviteList>('GET', `${at(id)}/invites`)).invites,
    deleteInvite: (id: string, invite: string) => authorized<void>('DELETE', `${at(id)}/invites/${invite}`),
    createShare: (id: string, message?: string) =>
      authorized<{ id: string; token: string }>('POST', `${at(id)}/shares`, { ...(message && { message }) }),
    listShares: async (id: string) => (await authorized<ShareList>('GET', `${at(id)}/shares`)).shares,
    deleteShare: (id: string, share: string) => authorized<void>('DELETE', `${at(id)}/shares/${share}`),
    /** For whoever has the link; nobody needs to be signed in. */
    readShare: (share: string, before?: string) =>
      call<SharedPage>('GET', `/shares/${share}?${new URLSearchParams(before ? { before } : {})}`),
    importMessages: (id: string, messages: ImportedMessage[]) =>
      authorized<{ seq: number }>('POST', `${at(id)}/import`, { messages }),
    /** For whoever has the link; nobody needs to be signed in. */
    previewInvite: (invite: string) => call<InvitePreview>('GET', `/invites/${invite}`),
    acceptInvite: (invite: string) => authorized<{ conversation: string }>('POST', `/invites/${invite}/accept`),
  }
}

export type Api = ReturnType<typeof createApi>

function asStrings(bounds: Record<string, number | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bounds).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}
