import { createApi } from '@parley/client'
import { Refusal, type User } from '@parley/protocol'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { ParleyContext } from '../parley/context.ts'
import { createParley, type Parley } from '../parley/parley.ts'
import { Notice } from '../ui/notice.tsx'
import { SignInPage } from './sign-in-page.tsx'

type Session = { at: 'looking' } | { at: 'away' } | { at: 'out' } | { at: 'in'; user: User }

/** Shows its children to who is signed in, and the way in to everybody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session>({ at: 'looking' })
  const [parley, setParley] = useState<Parley>()
  const signedOut = useCallback(() => setSession({ at: 'out' }), [])
  const api = useMemo(() => createApi({ origin: '', onSignedOut: signedOut }), [signedOut])

  const look = useCallback(async () => {
    try {
      setSession({ at: 'in', user: (await api.refresh()).user })
    } catch (error) {
      const away = error instanceof Refusal && error.code === 'unavailable'
      setSession({ at: away ? 'away' : 'out' })
    }
  }, [api])

  useEffect(() => {
    void look()
  }, [look])

  const user = session.at === 'in' ? session.user : undefined
  useEffect(() => {
    if (!user) return
    const made = createParley(user, api, signedOut)
    setParley(made)
    return () => {
      made.close()
      setParley(undefined)
    }
  }, [user, api, signedOut])

  switch (session.at) {
    case 'looking':
      return null // for a moment only: a blink of something else would be worse
    case 'away':
      return (
        <Notice title="Parley cannot be reached" action={{ label: 'Try again', act: look }}>
          Check your connection. If it is fine, Parley may be restarting.
        </Notice>
      )
    case 'out':
      return <SignInPage api={api} onSignedIn={(user) => setSession({ at: 'in', user })} />
    case 'in':
      return parley ? <ParleyContext value={parley}>{children}</ParleyContext> : null
  }
}
