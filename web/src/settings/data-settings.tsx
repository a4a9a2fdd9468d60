import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { exportAll } from './export-all.ts'
import { Form } from './form.tsx'

/** What is kept of oneself: taken along, or ended. */
export function DataSettings() {
  const { api, user, shown, forget } = useParley()
  const [progress, setProgress] = useState<string>()

  async function save(): Promise<void> {
    setProgress('Reading your conversations …')
    try {
      await exportAll(api, user, (done) => setProgress(`${done} conversations read …`))
      setProgress('Your file is in your downloads.')
    } catch (error) {
      setProgress((error as Error).message)
    }
  }

  return (
    <div className="flex flex-col gap-8">
      <section>
        <h3 className="mb-1 font-medium">Take it along</h3>
        <p className="mb-3 text-quiet">All your conversations, with everything said in them, as one JSON file.</p>
        <div className="flex flex-wrap gap-2">
          <Button onClick={save}>Download everything</Button>
          <Button onClick={() => shown.set('import')}>Import from ChatGPT</Button>
        </div>
        <p role="status" className="mt-2 text-sm text-quiet">
          {progress}
        </p>
      </section>
      <section>
        <h3 className="mb-1 font-medium">Delete your account</h3>
        <p className="mb-3 text-quiet">
          Conversations that you have alone are deleted. What you wrote to others stays with them, without your name.
          This cannot be taken back.
        </p>
        <Form
          label="Delete my account"
          isDanger
          onSubmit={async ({ password = '' }) => {
            await api.deleteAccount(password)
            await forget()
            window.location.assign('/')
          }}
        >
          <Field label="Your password" name="password" type="password" autoComplete="current-password" required />
        </Form>
      </section>
    </div>
  )
}
