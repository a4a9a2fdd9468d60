import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { exportAll } from './export-all.ts'
import { Form } from './form.tsx'

/** What is kept of oneself: taken along, or ended. */
export function DataSettings() {
  const { api, user, shown, forget } = useParley()
  const [progress, setProgress] = useState<string>()

  async function save(): Promise<void> {
    setProgress(t('settings.data.reading'))
    try {
      await exportAll(api, user, (done) => setProgress(t('settings.data.read', { count: done })))
      setProgress(t('settings.data.downloaded'))
    } catch (error) {
      setProgress(wordsOf(error))
    }
  }

  return (
    <div className="flex flex-col gap-8">
      <section>
        <h3 className="mb-1 font-medium">{t('settings.data.take')}</h3>
        <p className="mb-3 text-quiet">{t('settings.data.takeText')}</p>
        <div className="flex flex-wrap gap-2">
          <Button onClick={save}>{t('settings.data.download')}</Button>
          <Button onClick={() => shown.set('import')}>{t('actions.import')}</Button>
        </div>
        <p role="status" className="mt-2 text-sm text-quiet">
          {progress}
        </p>
      </section>
      <section>
        <h3 className="mb-1 font-medium">{t('settings.data.end')}</h3>
        <p className="mb-3 text-quiet">{t('settings.data.endText')}</p>
        <Form
          label={t('settings.data.endNow')}
          isDanger
          onSubmit={async ({ password = '' }) => {
            await api.deleteAccount(password)
            await forget()
            window.location.assign('/')
          }}
        >
          <Field
            label={t('settings.data.password')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        </Form>
      </section>
    </div>
  )
}
