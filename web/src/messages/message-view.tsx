import type { ConversationState } from '@parley/client'
import { type Message, newId, type Part, type Role, readTranscript } from '@parley/protocol'
import { Sparkles } from 'lucide-react'
import { memo, useMemo, useState } from 'react'
import { useParley } from '../parley/context.ts'
import type { OpenConversation } from '../parley/open-conversation.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Avatar } from '../ui/avatar.tsx'
import { later } from '../ui/later.tsx'
import { clockTime, fullTime } from '../ui/time.ts'
import { Actions } from './actions.tsx'
import { useTurn } from './frames.ts'
import { useLongPress } from './long-press.ts'
import { Parts } from './parts.tsx'
import { Reactions } from './reactions.tsx'
import { ReplyStatus } from './reply-status.tsx'
import { Versions } from './versions.tsx'

const EditBox = later(async () => (await import('./edit-box.tsx')).EditBox)

/** Nobody sees the actions until they point at the message: they come after its words. */
const actionsAsChars = 400

type Props = {
  message: Message
  open: OpenConversation
  state: ConversationState
  role: Role
  /** All versions of it, where there is more than this one. */
  versions: Message[]
  /** Whether an assistant was asked by it. */
  isPrompt: boolean
  /** Whether it is the first of its author's group, and says whose it is. */
  first: boolean
}

/** A message: people's under their name, an assistant's under its name and its model's. */
export const MessageView = memo(MessageRow, (before, after) => {
  const { id } = after.message
  return (
    before.message === after.message &&
    before.first === after.first &&
    before.role === after.role &&
    before.isPrompt === after.isPrompt &&
    before.versions.length === after.versions.length &&
    before.state.live[id] === after.state.live[id] &&
    before.state.waiting[id] === after.state.waiting[id] &&
    before.state.members === after.state.members &&
    before.state.conversation.assistants === after.state.conversation.assistants
  )
})

function MessageRow({ message, open, state, role, versions, isPrompt, first }: Props) {
  const { connection, blocked } = useParley()
  const editing = useStore(open.editing) === message.id
  const edit = (on: boolean) => open.editing.set(on ? message.id : undefined)
  const [problem, setProblem] = useState<string>()
  const canAct = role !== 'viewer'
  const at = { conversation: state.id, message: message.id }
  const live = state.live[message.id]
  const press = useLongPress()
  const hasTurn = useTurn(actionsAsChars)
  const isBlocked = useStore(blocked).some(({ user }) => user === message.author)
  const [isShown, setShown] = useState(false)
  const parts = useMemo(() => partsOf(message, live?.text), [message, live?.text])

  function order(command: Parameters<typeof connection.request>[0]): void {
    setProblem(undefined)
    connection.request(command).catch((error: unknown) => setProblem(wordsOf(error)))
  }

  return (
    <div
      ref={press.box}
      {...press.handlers}
      data-message={message.id}
      data-seq={message.seq}
      data-reply={message.reply?.status}
      className={`group relative ${first ? 'pt-5' : 'pt-2'}`}
    >
      {first && <Author message={message} state={state} />}
      <div className="sm:ps-11">
        {message.deletedAt ? (
          <p className="text-quiet italic">{t('message.deleted')}</p>
        ) : isBlocked && !isShown ? (
          <p className="text-quiet italic">
            {t('message.ofBlocked')}{' '}
            <button type="button" className="text-accent hover:underline" onClick={() => setShown(true)}>
              {t('message.showBlocked')}
            </button>
          </p>
        ) : editing ? (
          <EditBox open={open} message={message} isPrompt={isPrompt} onDone={() => edit(false)} />
        ) : (
          <>
            <Parts parts={parts} writing={live !== undefined} />
            {message.editedAt && (
              <span className="text-sm text-quiet" title={fullTime(message.editedAt)}>
                {t('message.edited')}
              </span>
            )}
          </>
        )}
        {message.reply && (
          <ReplyStatus message={message} state={state} canAct={canAct} onOrder={(type) => order({ type, ...at })} />
        )}
        {problem && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        {versions.length > 1 && (
          <Versions
            message={message}
            versions={versions}
            canAct={canAct}
            onChoose={({ id }) => order({ type: 'choose', conversation: state.id, message: id })}
          />
        )}
        {message.reactions.length > 0 && <Reactions message={message} state={state} role={role} />}
      </div>
      {hasTurn && !message.deletedAt && !editing && (
        <Actions
          isHeld={press.isHeld}
          onDone={press.letGo}
          conversation={state.id}
          message={message}
          role={role}
          onEdit={() => edit(true)}
          onReact={(emoji, on) => order({ type: 'react', ...at, emoji, on })}
          onDelete={() => order({ type: 'delete', ...at })}
          onRegenerate={(model) => order({ type: 'regenerate', id: newId(), ...at, ...(model && { model }) })}
        />
      )}
    </div>
  )
}

function partsOf(message: Message, transcript: string | undefined): Part[] {
  if (transcript !== undefined) return readTranscript(transcript)
  return message.parts ?? (message.content === '' ? [] : [{ type: 'text', text: message.content }])
}

function Author({ message, state }: { message: Message; state: ConversationState }) {
  const name = nameOf(message, state)
  return (
    <div className="mb-0.5 flex items-center gap-3">
      {message.role === 'assistant' ? (
        <span
          className="flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent"
          aria-hidden="true"
        >
          <Sparkles size={16} />
        </span>
      ) : (
        <Avatar id={message.author ?? ''} name={name} />
      )}
      <span dir="auto" className="min-w-0 truncate font-semibold">
        {name}
      </span>
      {message.model && (
        <span className="min-w-0 truncate rounded-full bg-sunken px-2 text-sm text-quiet">
          {modelName(message.model)}
        </span>
      )}
      <time dateTime={message.createdAt} title={fullTime(message.createdAt)} className="shrink-0 text-sm text-quiet">
        {clockTime(message.createdAt)}
      </time>
    </div>
  )
}

function nameOf(message: Message, { members, conversation }: ConversationState): string {
  if (message.role === 'user') return members[message.author ?? '']?.name ?? t('people.somebody')
  return conversation.assistants.find(({ id }) => id === message.assistant)?.name ?? t('people.assistant')
}

/** A model's name as people read it. */
function modelName(model: string): string {
  return model === 'demo' ? t('message.demoModel') : model
}
