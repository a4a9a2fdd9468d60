import { useNavigate } from '@tanstack/react-router'
import { useParley } from '../parley/context.ts'
import { Form } from '../settings/form.tsx'
import { t } from '../texts/texts.ts'
import { Field } from '../ui/field.tsx'

/** Where whoever has started an installation becomes its administrator. */
export function SetupPage() {
  const { api, renamed } = useParley()
  const navigate = useNavigate()
  return (
    <main className="flex h-full items-center justify-center px-4">
      <div className="w-full max-w-sm">
        <h1 className="mb-1 text-2xl font-semibold">{t('administration.setup')}</h1>
        <p className="mb-6 text-quiet">{t('administration.setupText')}</p>
        <Form
          label={t('administration.setupDo')}
          onSubmit={async ({ code = '' }) => {
            renamed(await api.becomeAdministrator(code))
            await navigate({ to: '/' })
          }}
        >
          <Field
            label={t('administration.setupCode')}
            name="code"
            autoComplete="off"
            required
            maxLength={64}
            dir="ltr"
          />
        </Form>
      </div>
    </main>
  )
}
