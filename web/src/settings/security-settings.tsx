import { limits, type SessionList } from '@parley/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
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
    () => api.listSessions().then(setSessions, (error: unknown) => setProblem(wordsOf(error))),
    [api],
  )
  useEffect(() => void look(), [look])

  async function end(id: string): Promise<void> {
    await api.endSession(id).catch((error: unknown) => setProblem(wordsOf(error)))
    await look()
  }

  return (
    <>
      <Form
        label={t('settings.changePassword')}
        done={t('settings.passwordChanged')}
        onSubmit={async ({ current = '', next = '' }) => {
          await api.changePassword(current, next)
          await look()
        }}
      >
        <Field
          label={t('settings.passwordNow')}
          name="current"
          type="password"
          autoComplete="current-password"
          required
        />
        <Field
          label={t('settings.passwordNext')}
          name="next"
          type="password"
          autoComplete="new-password"
          required
          minLength={limits.passwordMinChars}
          maxLength={limits.passwordMaxChars}
          hint={t('session.passwordHint', { count: limits.passwordMinChars })}
        />
      </Form>
      <section aria-label={t('settings.sessions')} className="mt-8">
        <h3 className="mb-1 font-medium">{t('settings.sessions')}</h3>
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
                <span className="text-sm text-quiet">
                  {current ? t('settings.thisSession') : t('settings.lastUsed', { time: fullTime(usedAt) })}
                </span>
              </span>
              {!current && (
                <Button kind="quiet" onClick={() => end(id)}>
                  {t('settings.signOutThere')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
