import type { AssistantSettings as Settings } from '@parley/protocol'
import { useState } from 'react'
import { AssistantForm } from '../conversation/assistant-form.tsx'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Problem } from './problem.tsx'
import { useLoaded } from './use-loaded.ts'

/** The assistant that one's new conversations begin with. */
export function AssistantSettings() {
  const { api } = useParley()
  const { value, problem, doing } = useLoaded(api.ownAssistant)
  const [isSaved, setSaved] = useState(false)
  const usual: Settings = { handle: 'assistant', name: t('people.assistant'), mode: 'auto', instructions: '' }

  const put = (assistant: Settings | null) =>
    doing(async () => {
      setSaved(false)
      await api.setOwnAssistant(assistant)
      setSaved(true)
    })()

  return (
    <>
      <p className="mb-3 text-quiet">{t('settings.assistantText')}</p>
      {value !== undefined && (
        <AssistantForm
          key={JSON.stringify(value)}
          assistant={value ?? usual}
          onSave={put}
          onRemove={value ? () => void put(null) : undefined}
        />
      )}
      <Problem>{problem}</Problem>
      <p role="status" className="text-quiet">
        {isSaved && !problem && t('administration.saved')}
      </p>
    </>
  )
}
