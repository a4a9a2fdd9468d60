import type { Api } from '@parley/client'
import { limits, type User } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useStore } from '../parley/store.ts'
import { chooseLanguage, type Language, language, languages, t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'

type Mode = 'sign-in' | 'sign-up'

/** The way in: sign in, or make an account. */
export function SignInPage({ api, onSignedIn }: { api: Api; onSignedIn: (user: User) => void }) {
  const [mode, setMode] = useState<Mode>('sign-up')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const account = { email: String(form.get('email')).trim(), password: String(form.get('password')) }
    setBusy(true)
    setProblem(undefined)
    try {
      const { user } = await (mode === 'sign-up'
        ? api.signUp({ ...account, name: String(form.get('name')).trim() })
        : api.signIn(account))
      onSignedIn(user)
    } catch (error) {
      setProblem(wordsOf(error))
      setBusy(false)
    }
  }

  const signingUp = mode === 'sign-up'
  return (
    <main className="flex h-full items-start justify-center overflow-y-auto px-4 py-12 sm:items-center">
      <div className="w-full max-w-sm">
        <img src="/parley.svg" alt="" className="mb-6 size-12" />
        <h1 className="mb-1 text-2xl font-semibold">{signingUp ? t('session.welcome') : t('session.welcomeBack')}</h1>
        <p className="mb-6 text-quiet">{t('session.tagline')}</p>
        <form onSubmit={submit} className="flex flex-col gap-4">
          {signingUp && (
            <Field
              label={t('session.yourName')}
              name="name"
              autoComplete="name"
              required
              maxLength={limits.nameChars}
              autoFocus
            />
          )}
          <Field
            label={t('session.email')}
            name="email"
            type="email"
            autoComplete="email"
            required
            maxLength={limits.emailChars}
          />
          <Field
            label={t('session.password')}
            name="password"
            type="password"
            autoComplete={signingUp ? 'new-password' : 'current-password'}
            required
            minLength={signingUp ? limits.passwordMinChars : 1}
            maxLength={limits.passwordMaxChars}
            hint={signingUp ? t('session.passwordHint', { count: limits.passwordMinChars }) : undefined}
          />
          {problem && (
            <p role="alert" className="text-danger">
              {problem}
            </p>
          )}
          <Button type="submit" kind="primary" disabled={busy}>
            {signingUp ? t('session.createAccount') : t('session.signIn')}
          </Button>
        </form>
        <p className="mt-6 text-quiet">
          {signingUp ? t('session.haveAccount') : t('session.newHere')}{' '}
          <button
            type="button"
            className="font-medium text-accent underline-offset-4 hover:underline"
            onClick={() => {
              setProblem(undefined)
              setMode(signingUp ? 'sign-in' : 'sign-up')
            }}
          >
            {signingUp ? t('session.signIn') : t('session.createAnAccount')}
          </button>
        </p>
        <LanguageSelect />
      </div>
    </main>
  )
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
