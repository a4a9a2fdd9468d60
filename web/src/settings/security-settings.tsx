import { limits, type SessionList } from '@parley/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { fullTime } from '../ui/time.ts'
import { deviceName } from './device-name.ts'
import { Form } from './form.tsx'

/** The password, and where one is signed in. */
export function SecuritySettings() {
  const { api } = useParley()
  const [sessions, setSessions] = useState<SessionList['sessions']>([])
  const [problem, setProblem] = useState<string>()
  const look = useCallback(
    () => api.listSessions().then(setSessions, (error: Error) => setProblem(error.message)),
    [api],
  )
  useEffect(() => void look(), [look])

  async function end(id: string): Promise<void> {
    await api.endSession(id).catch((error: Error) => setProblem(error.message))
    await look()
  }

  return (
    <>
      <Form
        label="Change password"
        done="Changed. You are signed out everywhere else."
        onSubmit={async ({ current = '', next = '' }) => {
          await api.changePassword(current, next)
          await look()
        }}
      >
        <Field label="Your password now" name="current" type="password" autoComplete="current-password" required />
        <Field
          label="The new one"
          name="next"
          type="password"
          autoComplete="new-password"
          required
          minLength={limits.passwordMinChars}
          maxLength={limits.passwordMaxChars}
          hint={`${limits.passwordMinChars} characters or more; a sentence is fine`}
        />
      </Form>
      <section aria-label="Where you are signed in" className="mt-8">
        <h3 className="mb-1 font-medium">Where you are signed in</h3>
        {problem && (
          <p role="alert" className="text-danger">
            {problem}
          </p>
        )}
        <ul>
          {sessions.map(({ id, userAgent, usedAt, current }) => (
            <li key={id} className="flex min-h-11 items-center gap-2">
              <span className="min-w-0 flex-1">
                <span className="block truncate">{deviceName(userAgent)}</span>
                <span className="text-sm text-quiet">{current ? 'this one' : `last used ${fullTime(usedAt)}`}</span>
              </span>
              {!current && (
                <Button kind="quiet" onClick={() => end(id)}>
                  Sign out there
                </Button>
              )}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
