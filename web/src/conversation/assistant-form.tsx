import { type AssistantMode, type AssistantSettings, limits } from '@parley/protocol'
import { type FormEvent, useId } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'

const modes: AssistantMode[] = ['auto', 'always', 'mention', 'off']

type FormProps = {
  /** As it is; a new one begins empty. */
  assistant?: AssistantSettings | undefined
  onSave: (settings: AssistantSettings) => Promise<unknown>
  onRemove?: (() => void) | undefined
}

/** How an assistant is called, when it speaks, with which model, and what it is told to be. */
export function AssistantForm({ assistant, onSave, onRemove }: FormProps) {
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
