import type { ConversationState } from '@parley/client'
import { type Assistant, type AssistantSettings, limits, newId, type Role } from '@parley/protocol'
import { Plus, Sparkles } from 'lucide-react'
import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { AssistantForm } from './assistant-form.tsx'

type Act = (work: Promise<unknown>) => Promise<void>
type Props = { state: ConversationState; role: Role; act: Act }

/** The assistants of a conversation, and the way to another one. */
export function Assistants({ state, role, act }: Props) {
  const { api } = useParley()
  const [editing, setEditing] = useState<string>()
  const present = state.conversation.assistants.filter(({ left }) => !left)
  const canChange = role !== 'viewer'

  async function put(id: string, settings: AssistantSettings): Promise<void> {
    await act(api.putAssistant(state.id, id, settings))
    setEditing(undefined)
  }

  return (
    <section aria-label={t('assistants.title')}>
      <h3 className="mb-1 font-medium">{t('assistants.title')}</h3>
      <ul className="flex flex-col gap-1">
        {present.map((assistant) => (
          <li key={assistant.id}>
            <div className="flex min-h-11 items-center gap-3">
              <Sparkles size={16} className="mx-2 shrink-0 text-accent" aria-hidden="true" />
              <span className="min-w-0 flex-1">
                <span dir="auto" className="block truncate">
                  {assistant.name} <span className="text-quiet">{`@${assistant.handle}`}</span>
                </span>
                <span className="block text-sm text-quiet">{speaking(assistant)}</span>
              </span>
              {canChange && (
                <Button
                  kind="quiet"
                  aria-expanded={editing === assistant.id}
                  onClick={() => setEditing(editing === assistant.id ? undefined : assistant.id)}
                >
                  {t('assistants.setUp')}
                </Button>
              )}
            </div>
            {editing === assistant.id && (
              <AssistantForm
                assistant={assistant}
                onSave={(settings) => put(assistant.id, settings)}
                onRemove={present.length > 1 ? () => act(api.removeAssistant(state.id, assistant.id)) : undefined}
              />
            )}
          </li>
        ))}
      </ul>
      {editing === 'new' && <AssistantForm onSave={(settings) => put(newId(), settings)} />}
      {canChange && editing !== 'new' && present.length < limits.assistants && (
        <Button kind="quiet" onClick={() => setEditing('new')}>
          <Plus size={16} /> {t('assistants.add')}
        </Button>
      )}
    </section>
  )
}

function speaking({ mode, model }: Assistant): string {
  const when = t(`assistants.modes.${mode}`)
  return model ? t('assistants.speaksWith', { when, model }) : t('assistants.speaks', { when })
}
