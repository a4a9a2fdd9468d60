import type { Installation, SignUps } from '@parley/protocol'
import { useCallback, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { Form } from '../settings/form.tsx'
import { Problem } from '../settings/problem.tsx'
import { useLoaded } from '../settings/use-loaded.ts'
import { t } from '../texts/texts.ts'
import { Field } from '../ui/field.tsx'
import { Radios } from '../ui/radios.tsx'

const whoever = ['open', 'invited', 'closed'] as const

/** Who may make an account here, and which models may be used. */
export function InstallationSettings() {
  const { api } = useParley()
  const { value, problem } = useLoaded(api.readInstallation)
  return (
    <>
      <Problem>{problem}</Problem>
      {value && <Settings installation={value} />}
    </>
  )
}

function Settings({ installation }: { installation: Installation }) {
  const { api, models: store } = useParley()
  const offered = useStore(store)
  const [signUps, setSignUps] = useState<SignUps>(installation.signUps)
  const save = useCallback(
    async ({ models = '' }: Record<string, string>) => {
      const named = models
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean)
      await api.changeInstallation({ signUps, models: named.length > 0 ? named : null })
      store.set(await api.models())
    },
    [api, signUps, store],
  )
  return (
    <Form label={t('ui.save')} done={t('administration.saved')} keeps onSubmit={save}>
      <Radios
        legend={t('administration.signUps')}
        name="signUps"
        choices={whoever.map((value) => ({ value, label: t(`administration.${value}`) }))}
        value={signUps}
        onChange={setSignUps}
      />
      <Field
        label={t('administration.models')}
        name="models"
        dir="ltr"
        defaultValue={installation.models?.join(', ') ?? ''}
        placeholder={offered.join(', ')}
        hint={t('administration.modelsText')}
      />
    </Form>
  )
}
