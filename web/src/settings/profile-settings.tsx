import { limits } from '@parley/protocol'
import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { NewPassword } from '../ui/new-password.tsx'
import { Form } from './form.tsx'
import { Problem } from './problem.tsx'
import { useLoaded } from './use-loaded.ts'

/** The name that others see, and the address that one signs in by. */
export function ProfileSettings() {
  const { api, user, renamed } = useParley()
  return (
    <>
      <Form
        label={t('ui.save')}
        onSubmit={async ({ name = '' }) => {
          renamed(await api.rename(name))
        }}
      >
        <Field
          label={t('session.yourName')}
          name="name"
          autoComplete="name"
          required
          maxLength={limits.nameChars}
          defaultValue={user.name}
        />
      </Form>
      <section className="mt-8">{user.guest ? <BecomeAccount /> : <Address />}</section>
    </>
  )
}

function Address() {
  const { api, user } = useParley()
  const [isSent, setSent] = useState(false)
  const { value: ways, problem, doing } = useLoaded(api.ways)
  const send = doing(async () => {
    await api.requestVerification()
    setSent(true)
  })
  return (
    <>
      <p className="text-quiet">{t('settings.signInAs', { email: user.email })}</p>
      {!user.verified && (
        <>
          <p className="mt-1 mb-2 text-quiet">{t('settings.unverified')}</p>
          <Problem>{problem}</Problem>
          {isSent ? (
            <p role="status">{ways?.mail ? t('settings.verificationSent') : t('session.resetLogged')}</p>
          ) : (
            <Button onClick={send}>{t('settings.verify')}</Button>
          )}
        </>
      )}
    </>
  )
}

/** What makes an account of a guest. */
function BecomeAccount() {
  const { api, renamed } = useParley()
  return (
    <>
      <h3 className="mb-1 font-medium">{t('settings.guest')}</h3>
      <p className="mb-3 text-quiet">{t('settings.guestText')}</p>
      <Form
        label={t('session.do.sign-up')}
        onSubmit={async ({ email = '', password = '' }) => {
          renamed(await api.makeAccount({ email: email.trim(), password }))
        }}
      >
        <Field label={t('session.email')} name="email" type="email" autoComplete="email" required />
        <NewPassword label={t('session.password')} />
      </Form>
    </>
  )
}
