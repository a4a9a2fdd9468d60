import type { ConversationState } from '@parley/client'
import { type Assistant, type AssistantMode, type AssistantSettings, limits, newId, type Role } from '@parley/protocol'
import { Plus, Sparkles } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'

const modes: AssistantMode[] = ['auto', 'always', 'mention', 'off']

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

type FormProps = {
  assistant?: Assistant
  onSave: (settings: AssistantSettings) => Promise<void>
  onRemove?: (() => void) | undefined
}

function AssistantForm({ assistant, onSave, onRemove }: FormProps) {
  const models = useStore(useParley().models)
  const id = useId()
  const mode = assistant?.mode ?? 'mention'

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const read = (name: string) => String(data.get(name) ?? '').trim()
    const temperature = read('temperature')
    void onSave({
      name: read('name'),
      handle: assistant?.handle ?? handleOf(read('name')),
      mode: read('mode') as AssistantMode,
      instructions: read('instructions'),
      ...(read('model') && { model: read('model') }),
      ...(temperature && { temperature: Number(temperature) }),
    })
  }

  return (
    <form className="mb-3 flex flex-col gap-3 rounded-xl bg-sunken p-3" onSubmit={submit}>
      <Field
        label={t('ui.name')}
        name="name"
        required
        pattern=".*[\p{L}\p{N}].*"
        maxLength={limits.handleChars}
        defaultValue={assistant?.name}
        hint={assistant ? t('assistants.mentionedAs', { handle: `@${assistant.handle}` }) : t('assistants.mentionedBy')}
      />
      <Choice
        id={`${id}-mode`}
        label={t('assistants.mode')}
        name="mode"
        value={mode}
        options={modes.map((each) => [each, t(`assistants.modes.${each}`)])}
      />
      <Choice
        id={`${id}-model`}
        label={t('assistants.model')}
        name="model"
        value={assistant?.model ?? ''}
        options={[['', t('assistants.usualModel')], ...choicesOf(models, assistant?.model)]}
      />
      <div>
        <label htmlFor={`${id}-instructions`} className="mb-1 block font-medium">
          {t('assistants.instructions')}
        </label>
        <textarea
          id={`${id}-instructions`}
          name="instructions"
          rows={3}
          maxLength={limits.instructionsChars}
          placeholder={t('assistants.instructionsExample')}
          className="w-full rounded-lg border border-line bg-raised px-3 py-2 placeholder:text-quiet"
          defaultValue={assistant?.instructions}
        />
      </div>
      <Field
        label={t('assistants.temperature')}
        name="temperature"
        type="number"
        min={0}
        max={2}
        step={0.1}
        placeholder={t('assistants.temperatureUsual')}
        defaultValue={assistant?.temperature}
        hint={t('assistants.temperatureHint')}
      />
      <div className="flex gap-2">
        <Button kind="primary" type="submit">
          {assistant ? t('ui.save') : t('ui.add')}
        </Button>
        {onRemove && (
          <Button kind="danger" onClick={onRemove}>
            {t('ui.remove')}
          </Button>
        )}
      </div>
    </form>
  )
}

function speaking({ mode, model }: Assistant): string {
  const when = t(`assistants.modes.${mode}`)
  return model ? t('assistants.speaksWith', { when, model }) : t('assistants.speaks', { when })
}

function choicesOf(models: string[], chosen: string | undefined): [string, string][] {
  const all = chosen && !models.includes(chosen) ? [chosen, ...models] : models
  return all.map((model) => [model, model])
}

type ChoiceProps = { id: string; label: string; name: string; value: string; options: [string, string][] }

function Choice({ id, label, name, value, options }: ChoiceProps) {
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <select
        id={id}
        name={name}
        className="h-11 w-full rounded-lg border border-line bg-raised px-3"
        defaultValue={value}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

/** What an assistant of this name is mentioned by. */
function handleOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, limits.handleChars)
}
