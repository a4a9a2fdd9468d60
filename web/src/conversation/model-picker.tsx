import type { ConversationState } from '@parley/client'
import type { Assistant } from '@parley/protocol'
import { ChevronDown } from 'lucide-react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { addressedIn, speakingIn } from './speaking.ts'

type Props = {
  state: ConversationState
  /** What is being written, which may be for one of the assistants. */
  content: string
  /** An assistant was chosen that does not answer unasked. */
  onMention: (handle: string) => void
}

/**
 * Which assistant is asked, and which model it answers with from now on, for everybody here: the browser's own list, as
 * small as what it shows.
 */
export function ModelPicker({ state, content, onMention }: Props) {
  const { api, models: store, notice } = useParley()
  const models = useStore(store)
  const speaking = speakingIn(state.conversation)
  const asked = addressedIn(state.conversation, content) ?? speaking[0]
  if (!asked || (models.length < 2 && speaking.length < 2)) return null

  function choose(value: string): void {
    const [id, model] = JSON.parse(value) as [string, string | null]
    const assistant = speaking.find((each) => each.id === id)
    if (!assistant) return
    if (assistant !== addressedIn(state.conversation, content)) onMention(assistant.handle)
    if (model === (assistant.model ?? null)) return
    const { id: _id, left: _left, model: _model, ...settings } = assistant
    api
      .putAssistant(state.id, id, { ...settings, ...(model && { model }) })
      .catch((error: unknown) => notice.set({ text: wordsOf(error) }))
  }

  return (
    <span className="relative flex h-11 max-w-36 min-w-8 shrink-0 items-center gap-1 rounded-lg px-2 text-sm text-quiet hover:bg-sunken hover:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent sm:h-9">
      <span className="hidden truncate sm:inline">{speaking.length > 1 ? asked.name : nameOf(asked)}</span>
      <ChevronDown size={16} className="shrink-0" />
      <select
        aria-label={t('composer.model')}
        title={t('composer.model')}
        className="absolute inset-0 cursor-pointer opacity-0"
        value={optionOf(asked, asked.model)}
        onChange={(event) => choose(event.target.value)}
      >
        {speaking.map((assistant) => (
          <optgroup key={assistant.id} label={`${assistant.name} @${assistant.handle}`}>
            {[undefined, ...modelsFor(assistant, models)].map((model) => (
              <option key={model ?? ''} value={optionOf(assistant, model)}>
                {model ?? t('composer.usualModel')}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </span>
  )
}

function modelsFor({ model }: Assistant, models: string[]): string[] {
  return model && !models.includes(model) ? [model, ...models] : models
}

function nameOf({ model }: Assistant): string {
  return model ?? t('composer.usualModel')
}

function optionOf({ id }: Assistant, model: string | undefined): string {
  return JSON.stringify([id, model ?? null])
}
