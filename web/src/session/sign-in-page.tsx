import type { Api } from '@parley/client'
import { limits, Refusal, type User } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'

type Mode = 'sign-in' | 'sign-up'

/** The way in: sign in, or make an account. */
export function SignInPage({ api, onSignedIn }: { api: Api; onSignedIn: (user: User) => void }) {
  const [mode, setMode] = useState<Mode>('sign-up')
  const [problem, setProblem] = useState<Refusal>()
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
      setProblem(error instanceof Refusal ? error : new Refusal('internal', 'Something went wrong. Please try again.'))
      setBusy(false)
    }
  }

  const signingUp = mode === 'sign-up'
  return (
    <main className="flex h-full items-start justify-center overflow-y-auto px-4 py-12 sm:items-center">
      <div className="w-full max-w-sm">
        <img src="/parley.svg" alt="" className="mb-6 size-12" />
        <h1 className="mb-1 text-2xl font-semibold">{signingUp ? 'Welcome to Parley' : 'Welcome back'}</h1>
        <p className="mb-6 text-quiet">People and AI assistants in the same live conversation.</p>
        <form onSubmit={submit} className="flex flex-col gap-4">
          {signingUp && (
            <Field label="Your name" name="name" autoComplete="name" required maxLength={limits.nameChars} autoFocus />
          )}
          <Field
            label="Email address"
            name="email"
            type="email"
            autoComplete="email"
            required
            maxLength={limits.emailChars}
          />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete={signingUp ? 'new-password' : 'current-password'}
            required
            minLength={signingUp ? limits.passwordMinChars : 1}
            maxLength={limits.passwordMaxChars}
            hint={signingUp ? `${limits.passwordMinChars} characters or more; a sentence is fine` : undefined}
          />
          {problem && (
            <p role="alert" className="text-danger">
              {problem.message}
            </p>
          )}
          <Button type="submit" kind="primary" disabled={busy}>
            {signingUp ? 'Create account' : 'Sign in'}
          </Button>
        </form>
        <p className="mt-6 text-quiet">
          {signingUp ? 'You have an account?' : 'You are new here?'}{' '}
          <button
            type="button"
            className="font-medium text-accent underline-offset-4 hover:underline"
            onClick={() => {
              setProblem(undefined)
              setMode(signingUp ? 'sign-in' : 'sign-up')
            }}
          >
            {signingUp ? 'Sign in' : 'Create an account'}
          </button>
        </p>
      </div>
    </main>
  )
}
