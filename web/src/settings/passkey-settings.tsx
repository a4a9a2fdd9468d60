import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { fullTime } from '../ui/time.ts'
import { deviceName } from './device-name.ts'
import { Line, List } from './list.tsx'
import { Problem } from './problem.tsx'
import { useLoaded } from './use-loaded.ts'

/** Passkeys, and the provider of identities: what one signs in by instead of a password. */
export function PasskeySettings() {
  const { api } = useParley()
  const { value: passkeys = [], problem, doing } = useLoaded(api.listPasskeys)
  const [password, setPassword] = useState('')
  const { value: ways } = useLoaded(api.ways)
  const add = doing(async () => {
    const { makePasskey } = await import('./make-passkey.ts')
    await makePasskey(api, deviceName(navigator.userAgent), password)
    setPassword('')
  })
  const connect = doing(async () => window.location.assign(await api.ownProviderUrl(password)))

  return (
    <div className="mt-8">
      <List title={t('settings.passkeys.title')} text={t('settings.passkeys.text')} items={passkeys}>
        {({ id, name, usedAt, createdAt }) => (
          <>
            <Line
              name={name}
              detail={
                usedAt
                  ? t('settings.lastUsed', { time: fullTime(usedAt) })
                  : t('settings.made', { time: fullTime(createdAt) })
              }
            />
            <Button kind="quiet" onClick={doing(() => api.removePasskey(id))}>
              {t('ui.remove')}
            </Button>
          </>
        )}
      </List>
      <Problem>{problem}</Problem>
      <div className="my-2">
        <Field
          label={t('settings.confirm')}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </div>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button onClick={add}>{t('settings.passkeys.add')}</Button>
        {ways?.provider && (
          <Button onClick={connect}>{t('settings.passkeys.connect', { provider: ways.provider })}</Button>
        )}
      </div>
    </div>
  )
}
