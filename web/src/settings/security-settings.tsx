import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { NewPassword } from '../ui/new-password.tsx'
import { fullTime } from '../ui/time.ts'
import { deviceName } from './device-name.ts'
import { Form } from './form.tsx'
import { Line, List } from './list.tsx'
import { PasskeySettings } from './passkey-settings.tsx'
import { Problem } from './problem.tsx'
import { useLoaded } from './use-loaded.ts'

/** The password, passkeys, and where one is signed in. */
export function SecuritySettings() {
  const { api, user } = useParley()
  const { value: sessions = [], problem, look, doing } = useLoaded(api.listSessions)

  return (
    <>
      {!user.guest && (
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
              hint={t('settings.passwordNone')}
            />
            <NewPassword label={t('settings.passwordNext')} name="next" />
          </Form>
          <PasskeySettings />
        </>
      )}
      <div className="mt-8">
        <List title={t('settings.sessions')} items={sessions} after={<Problem>{problem}</Problem>}>
          {({ id, userAgent, address, usedAt, current }) => (
            <>
              <Line
                name={deviceName(userAgent)}
                detail={
                  current
                    ? t('settings.thisSession')
                    : t('settings.lastUsedFrom', { time: fullTime(usedAt), address: address || '?' })
                }
              />
              {!current && (
                <Button kind="quiet" onClick={doing(() => api.endSession(id))}>
                  {t('settings.signOutThere')}
                </Button>
              )}
            </>
          )}
        </List>
      </div>
    </>
  )
}
