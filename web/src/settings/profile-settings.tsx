import { limits } from '@parley/protocol'
import { useParley } from '../parley/context.ts'
import { Field } from '../ui/field.tsx'
import { Form } from './form.tsx'

/** The name that others see. */
export function ProfileSettings() {
  const { api, user, renamed } = useParley()
  return (
    <Form
      label="Save"
      onSubmit={async ({ name = '' }) => {
        renamed(await api.rename(name))
      }}
    >
      <Field
        label="Your name"
        name="name"
        autoComplete="name"
        required
        maxLength={limits.nameChars}
        defaultValue={user.name}
      />
      <p className="text-sm text-quiet">You sign in as {user.email}.</p>
    </Form>
  )
}
