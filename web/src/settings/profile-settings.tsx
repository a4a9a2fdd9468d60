import { limits } from '@parley/protocol'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Field } from '../ui/field.tsx'
import { Form } from './form.tsx'

/** The name that others see. */
export function ProfileSettings() {
  const { api, user, renamed } = useParley()
  return (
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
      <p className="text-sm text-quiet">{t('settings.signInAs', { email: user.email })}</p>
    </Form>
  )
}
