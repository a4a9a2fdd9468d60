import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { download } from '../sharing/export.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { exportAll } from './export-all.ts'
import { Form } from './form.tsx'
import { Line, List } from './list.tsx'
import { Problem } from './problem.tsx'
import { TokenSettings } from './token-settings.tsx'

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

  async function saveKept(): Promise<void> {
    setProgress(t('settings.data.reading'))
    try {
      download('parley-about-me.json', JSON.stringify(await api.exportMe(), undefined, 2), 'application/json')
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
          <Button onClick={saveKept}>{t('settings.data.kept')}</Button>
          <Button onClick={() => shown.set('import')}>{t('actions.import')}</Button>
        </div>
        <p role="status" className="mt-2 text-sm text-quiet">
          {progress}
        </p>
      </section>
      <Blocked />
      {!user.guest && <TokenSettings />}
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
          <Field label={t('settings.data.password')} name="password" type="password" autoComplete="current-password" />
        </Form>
      </section>
    </div>
  )
}

/** Whom one does not want to read. */
function Blocked() {
  const { api, blocked } = useParley()
  const items = useStore(blocked).map(({ user: id, name }) => ({ id, name }))
  const [problem, setProblem] = useState<string>()
  if (items.length === 0) return null
  return (
    <List title={t('settings.blocked')} items={items} after={<Problem>{problem}</Problem>}>
      {({ id, name }) => (
        <>
          <Line name={name} detail="" />
          <Button
            kind="quiet"
            onClick={() => api.block(id, false).catch((error: unknown) => setProblem(wordsOf(error)))}
          >
            {t('settings.unblock')}
          </Button>
        </>
      )}
    </List>
  )
}
