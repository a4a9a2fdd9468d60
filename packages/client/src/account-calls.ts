import type {
  Account,
  AccountList,
  AccountPatch,
  AssistantSettings,
  AuditPage,
  BlockList,
  GuestSession,
  HeldMessage,
  Installation,
  PasskeyInfo,
  PasskeyOptions,
  ReportList,
  Scope,
  Session,
  SessionList,
  TokenInfo,
  TokenMade,
  User,
  Ways,
} from '@parley/protocol'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** How `createApi` asks: without a session, with one, and what it does with a new one. */
export type Asking = {
  call<T>(method: Method, path: string, body?: unknown): Promise<T>
  authorized<T>(method: Method, path: string, body?: unknown): Promise<T>
  keep<S extends Session>(session: S): S
}

/** Signing in by all ways, one's own account, and administering the installation. */
export function accountCalls({ call, authorized, keep }: Asking) {
  return {
    ways: () => call<Ways>('GET', '/ways'),
    signUp: async (account: { email: string; name: string; password: string; invite?: string }) =>
      keep(await call<Session>('POST', '/accounts', account)),
    signIn: async (account: { email: string; password: string }) =>
      keep(await call<Session>('POST', '/sessions', account)),
    passkeySignInOptions: async () => (await call<PasskeyOptions>('POST', '/sessions/passkey/options')).options,
    signInByPasskey: async (response: object) => keep(await call<Session>('POST', '/sessions/passkey', { response })),
    providerUrl: async () => (await call<{ url: string }>('POST', '/sessions/provider')).url,
    joinAsGuest: async (invite: string, name: string) =>
      keep(await call<GuestSession>('POST', `/invites/${invite}/guests`, { name })),
    requestReset: (email: string) => call<void>('POST', '/password-resets', { email }),
    resetPassword: (token: string, password: string) => call<void>('PUT', '/password-resets', { token, password }),
    verifyEmail: (token: string) => call<void>('PUT', '/email-verifications', { token }),

    me: () => authorized<User>('GET', '/me'),
    rename: (name: string) => authorized<User>('PATCH', '/me', { name }),
    changePassword: (current: string | undefined, next: string) =>
      authorized<void>('PUT', '/me/password', { ...(current && { current }), next }),
    makeAccount: (account: { email: string; password: string }) => authorized<User>('PUT', '/me/account', account),
    /** What one's new conversations begin with; null: the usual assistant. */
    ownAssistant: async () =>
      (await authorized<{ assistant: AssistantSettings | null }>('GET', '/me/assistant')).assistant,
    setOwnAssistant: (assistant: AssistantSettings | null) => authorized<void>('PUT', '/me/assistant', { assistant }),
    requestVerification: () => authorized<void>('POST', '/email-verifications'),
    ownProviderUrl: async (password?: string) =>
      (await authorized<{ url: string }>('POST', '/me/provider', confirmed(password))).url,
    /** All that is kept about oneself. */
    exportMe: () => authorized<object>('GET', '/me/export'),
    listSessions: async () => (await authorized<SessionList>('GET', '/sessions')).sessions,
    endSession: (id: string) => authorized<void>('DELETE', `/sessions/${id}`),

    listPasskeys: async () => (await authorized<{ passkeys: PasskeyInfo[] }>('GET', '/passkeys')).passkeys,
    passkeyOptions: async (password?: string) =>
      (await authorized<PasskeyOptions>('POST', '/passkeys/options', confirmed(password))).options,
    addPasskey: (name: string, response: object) => authorized<void>('POST', '/passkeys', { name, response }),
    removePasskey: (id: string) => authorized<void>('DELETE', `/passkeys/${id}`),

    listTokens: async () => (await authorized<{ tokens: TokenInfo[] }>('GET', '/tokens')).tokens,
    createToken: (token: { name: string; scopes: Scope[]; expiresInDays?: number; password?: string }) =>
      authorized<TokenMade>('POST', '/tokens', token),
    endToken: (id: string) => authorized<void>('DELETE', `/tokens/${id}`),

    listBlocked: async () => (await authorized<BlockList>('GET', '/me/blocked')).blocked,
    block: (user: string, on: boolean) => authorized<void>(on ? 'PUT' : 'DELETE', `/me/blocked/${user}`),
    report: (conversation: string, message: string, reason: string) =>
      authorized<void>('POST', `/conversations/${conversation}/messages/${message}/reports`, { reason }),

    becomeAdministrator: (code: string) => authorized<User>('POST', '/setup', { code }),
    listAccounts: (which: { q?: string; before?: string } = {}) =>
      authorized<AccountList>('GET', `/administration/accounts?${new URLSearchParams(which)}`),
    changeAccount: (id: string, patch: AccountPatch) =>
      authorized<Account>('PATCH', `/administration/accounts/${id}`, patch),
    readInstallation: () => authorized<Installation>('GET', '/administration/installation'),
    changeInstallation: (installation: Installation) =>
      authorized<void>('PUT', '/administration/installation', installation),
    readAudit: (before?: number) =>
      authorized<AuditPage>('GET', `/administration/audit${before === undefined ? '' : `?before=${before}`}`),
    listReports: async () => (await authorized<ReportList>('GET', '/administration/reports')).reports,
    closeReport: (id: string, remove: boolean) => authorized<void>('PUT', `/administration/reports/${id}`, { remove }),
    listHeld: async () => (await authorized<{ messages: HeldMessage[] }>('GET', '/administration/held')).messages,
    closeHeld: (id: string, send: boolean) => authorized<void>('PUT', `/administration/held/${id}`, { send }),
  }
}

/** The password again, where there is one. */
function confirmed(password: string | undefined): { password?: string } {
  return password ? { password } : {}
}
