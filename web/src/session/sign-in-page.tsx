import type { Api } from '@parley/client'
import { type InvitePreview, isErrorCode, limits, type User, type Ways } from '@parley/protocol'
import { KeyRound } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { titleOf } from '../conversations/title.ts'
import { useStore } from '../parley/store.ts'
import { chooseLanguage, type Language, language, languages, t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { NewPassword } from '../ui/new-password.tsx'

type Mode = 'sign-in' | 'sign-up' | 'forgotten' | 'guest'
type Values = { email: string; password: string; name: string }

type Props = {
  api: Api
  /** Of the link that somebody came by. */
  invite: string | undefined
  /** With the conversation to go to, where somebody came as a guest. */
  onSignedIn: (user: User, conversation?: string) => void
}

/** The way in: sign in by whatever way there is, make an account, or come as a guest where one is invited. */
export function SignInPage({ api, invite, onSignedIn }: Props) {
  const [mode, setMode] = useState<Mode>('sign-up')
  const [problem, setProblem] = useState(problemOfAddress)
  const [sentTo, setSentTo] = useState<string>()
  const [busy, setBusy] = useState(false)
  const ways = useWays(api)
  const invited = useInvite(api, invite)
  const canSignUp = !ways || ways.signUps === 'open' || (ways.signUps === 'invited' && invited !== undefined)
  const shown = mode === 'sign-up' && !canSignUp ? 'sign-in' : mode

  function show(next: Mode): void {
    setProblem(undefined)
    setSentTo(undefined)
    setMode(next)
  }

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (error) {
      setProblem(wordsOf(error))
    }
    setBusy(false)
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '')
    const values = { email: said('email').trim(), password: said('password'), name: said('name').trim() }
    void attempt(() => send(values))
  }

  async function send({ email, password, name }: Values): Promise<void> {
    switch (shown) {
      case 'sign-up':
        return onSignedIn((await api.signUp({ email, password, name, ...(invite && { invite }) })).user)
      case 'sign-in':
        return onSignedIn((await api.signIn({ email, password })).user)
      case 'guest': {
        const { user, conversation } = await api.joinAsGuest(invite!, name)
        return onSignedIn(user, conversation)
      }
      case 'forgotten':
        await api.requestReset(email)
        setSentTo(email)
    }
  }

  const byPasskey = () =>
    attempt(async () => {
      const { signInByPasskey } = await import('./passkeys.ts')
      onSignedIn((await signInByPasskey(api)).user)
    })
  const byProvider = () => attempt(async () => window.location.assign(await api.providerUrl()))

  return (
    <main className="flex h-full items-start justify-center overflow-y-auto px-4 py-12 sm:items-center">
      <div className="w-full max-w-sm">
        <img src="/parley.svg" alt="" className="mb-6 size-12" />
        <h1 className="mb-1 text-2xl font-semibold">{t(`session.title.${shown}`)}</h1>
        <p className="mb-6 text-quiet">
          {invited ? t('session.invitedTo', { title: titleOf(invited) }) : t('session.tagline')}
        </p>
        {sentTo === undefined ? (
          <form onSubmit={submit} className="flex flex-col gap-4">
            <Fields mode={shown} />
            {problem && (
              <p role="alert" className="text-danger">
                {problem}
              </p>
            )}
            <Button type="submit" kind="primary" disabled={busy}>
              {t(`session.do.${shown}`)}
            </Button>
            {shown === 'sign-in' && (
              <Button onClick={byPasskey} disabled={busy}>
                <KeyRound size={16} /> {t('session.byPasskey')}
              </Button>
            )}
            {ways?.provider && (shown === 'sign-in' || shown === 'sign-up') && (
              <Button onClick={byProvider} disabled={busy}>
                {t('session.byProvider', { provider: ways.provider })}
              </Button>
            )}
          </form>
        ) : (
          <p role="status">{ways?.mail ? t('session.resetSent', { email: sentTo }) : t('session.resetLogged')}</p>
        )}
        <nav className="mt-6 flex flex-col items-start gap-3 text-quiet">
          {shown !== 'sign-in' && (
            <Way question={t('session.haveAccount')} label={t('session.do.sign-in')} onClick={() => show('sign-in')} />
          )}
          {shown !== 'sign-up' && canSignUp && (
            <Way question={t('session.newHere')} label={t('session.createAnAccount')} onClick={() => show('sign-up')} />
          )}
          {shown === 'sign-in' && <Way label={t('session.forgotten')} onClick={() => show('forgotten')} />}
          {shown !== 'guest' && invited?.guests && <Way label={t('session.asGuest')} onClick={() => show('guest')} />}
        </nav>
        <LanguageSelect />
      </div>
    </main>
  )
}

function Fields({ mode }: { mode: Mode }) {
  const isNew = mode === 'sign-up'
  return (
    <>
      {(isNew || mode === 'guest') && (
        <Field
          label={t('session.yourName')}
          name="name"
          autoComplete="name"
          required
          maxLength={limits.nameChars}
          autoFocus
        />
      )}
      {mode !== 'guest' && (
        <Field
          label={t('session.email')}
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={limits.emailChars}
        />
      )}
      {isNew && <NewPassword label={t('session.password')} />}
      {mode === 'sign-in' && (
        <Field
          label={t('session.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={limits.passwordMaxChars}
        />
      )}
    </>
  )
}

function Way({ question, label, onClick }: { question?: string; label: string; onClick: () => void }) {
  return (
    <span>
      {question}{' '}
      <button type="button" className="font-medium text-accent underline-offset-4 hover:underline" onClick={onClick}>
        {label}
      </button>
    </span>
  )
}

function useWays(api: Api): Ways | undefined {
  const [ways, setWays] = useState<Ways>()
  useEffect(() => {
    api.ways().then(setWays, () => {}) // what can be done without knowing is shown
  }, [api])
  return ways
}

function useInvite(api: Api, token: string | undefined): InvitePreview | undefined {
  const [invite, setInvite] = useState<InvitePreview>()
  useEffect(() => {
    if (token) api.previewInvite(token).then(setInvite, () => {}) // told after signing in, where the link leads
  }, [api, token])
  return invite
}

/** Why a sign-in at the provider did not work: it comes back with the address. */
function problemOfAddress(): string | undefined {
  const code = new URLSearchParams(window.location.search).get('problem')
  return isErrorCode(code) ? t(`errors.${code}`) : undefined
}

function LanguageSelect() {
  return (
    <select
      aria-label={t('session.language')}
      className="mt-6 h-11 rounded-lg border border-line bg-raised px-3 text-sm sm:h-9"
      value={useStore(language)}
      onChange={(event) => void chooseLanguage(event.target.value as Language)}
    >
      {Object.entries(languages).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  )
}
