import { createApi } from '@parley/client'
import { Refusal, type User } from '@parley/protocol'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { cache } from '../parley/cache.ts'
import { ParleyContext } from '../parley/context.ts'
import { createParley, type Parley } from '../parley/parley.ts'
import { useStore } from '../parley/store.ts'
import { language, t } from '../texts/texts.ts'
import { Notice } from '../ui/notice.tsx'
import { SignInPage } from './sign-in-page.tsx'

type Session = { at: 'looking' } | { at: 'away' } | { at: 'out' } | { at: 'in' | 'unverified'; user: User }

/** Shows its children to who is signed in, and the way in to everybody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  // In another language everything is drawn anew.
  const shown = useStore(language)
  const [session, setSession] = useState<Session>({ at: 'looking' })
  const navigate = useNavigate()
  const [parley, setParley] = useState<Parley>()
  const signedOut = useCallback(() => {
    setSession({ at: 'out' })
    void cache.forgetAll()
  }, [])
  const api = useMemo(() => createApi({ origin: '', onSignedOut: signedOut }), [signedOut])

  const look = useCallback(async () => {
    try {
      setSession({ at: 'in', user: (await api.refresh()).user })
    } catch (error) {
      const away = error instanceof Refusal && error.code === 'unavailable'
      const user = away ? cache.user() : undefined
      if (user) setSession({ at: 'in', user })
      else if (away) setSession({ at: 'away' })
      else signedOut()
    }
  }, [api, signedOut])

  useEffect(() => {
    void look()
  }, [look])

  const user = session.at === 'in' ? session.user : undefined
  useEffect(() => {
    if (!user) return
    cache.keepUser(user)
    const made = createParley({
      user,
      api,
      onSignedOut: signedOut,
      onUnverified: () => setSession({ at: 'unverified', user }),
      onRenamed: (renamed) => setSession({ at: 'in', user: renamed }),
      go: (conversation) => void navigate({ to: '/c/$conversation', params: { conversation } }),
    })
    setParley(made)
    return () => {
      made.close()
      setParley(undefined)
    }
  }, [user, api, signedOut, navigate])

  switch (session.at) {
    case 'looking':
      return null // for a moment only: a blink of something else would be worse
    case 'away':
      return (
        <Notice title={t('session.away')} action={{ label: t('ui.tryAgain'), act: look }}>
          {t('session.awayText')}
        </Notice>
      )
    case 'out':
      return (
        <SignInPage
          key={shown}
          api={api}
          invite={inviteOf(window.location.pathname)}
          onSignedIn={(user, conversation) => {
            setSession({ at: 'in', user })
            if (conversation) void navigate({ to: '/c/$conversation', params: { conversation } })
          }}
        />
      )
    case 'unverified':
      return (
        <Notice
          title={t('letters.first.title')}
          action={{ label: t('letters.first.again'), act: () => void api.requestVerification().catch(() => {}) }}
        >
          {t('letters.first.text', { email: session.user.email })}
        </Notice>
      )
    case 'in':
      return parley ? (
        <ParleyContext key={shown} value={parley}>
          {children}
        </ParleyContext>
      ) : null
  }
}

/** The invite that somebody came by, where that is how they came. */
function inviteOf(path: string): string | undefined {
  return /^\/join\/([\w-]+)$/.exec(path)?.[1]
}
