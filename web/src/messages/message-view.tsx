import type { ConversationState } from '@parley/client'
import type { Message, Role } from '@parley/protocol'
import { Sparkles } from 'lucide-react'
import { memo, useState } from 'react'
import { Avatar } from '../ui/avatar.tsx'
import { clockTime, fullTime } from '../ui/time.ts'
import { Actions } from './actions.tsx'
import { EditBox } from './edit-box.tsx'
import { Markdown } from './markdown.tsx'
import { Reactions } from './reactions.tsx'
import { ReplyStatus } from './reply-status.tsx'

type Props = {
  message: Message
  state: ConversationState
  role: Role
  /** Whether it is the first of its author's group, and says whose it is. */
  first: boolean
}

/** A message: people's under their name, the assistant's under its model's. */
export const MessageView = memo(MessageRow, (before, after) => {
  const { id } = after.message
  return (
    before.message === after.message &&
    before.first === after.first &&
    before.role === after.role &&
    before.state.live[id] === after.state.live[id] &&
    before.state.members === after.state.members
  )
})

function MessageRow({ message, state, role, first }: Props) {
  const [editing, setEditing] = useState(false)
  const assistant = message.role === 'assistant'
  const live = state.live[message.id]
  const content = live ? live.text : message.content
  return (
    <li data-message={message.id} data-seq={message.seq} className={`group relative ${first ? 'mt-5' : 'mt-0.5'}`}>
      {first && <Author message={message} state={state} />}
      <div className="sm:pl-11">
        {message.deletedAt ? (
          <p className="text-quiet italic">This message was deleted.</p>
        ) : editing ? (
          <EditBox conversation={state.id} message={message} onDone={() => setEditing(false)} />
        ) : (
          <>
            <Markdown text={content} writing={assistant && live !== undefined} />
            {message.editedAt && (
              <span className="text-sm text-quiet" title={fullTime(message.editedAt)}>
                edited
              </span>
            )}
          </>
        )}
        {message.reply && <ReplyStatus message={message} state={state} canAct={role !== 'viewer'} />}
        {message.reactions.length > 0 && <Reactions message={message} state={state} role={role} />}
      </div>
      {!message.deletedAt && !editing && (
        <Actions message={message} state={state} role={role} onEdit={() => setEditing(true)} />
      )}
    </li>
  )
}

function Author({ message, state }: { message: Message; state: ConversationState }) {
  const name = message.role === 'assistant' ? 'Assistant' : (state.members[message.author ?? '']?.name ?? 'Somebody')
  return (
    <div className="mb-0.5 flex items-center gap-3">
      {message.role === 'assistant' ? (
        <span
          className="flex size-8 items-center justify-center rounded-full bg-accent-soft text-accent"
          aria-hidden="true"
        >
          <Sparkles size={16} />
        </span>
      ) : (
        <Avatar id={message.author ?? ''} name={name} />
      )}
      <span className="min-w-0 truncate font-semibold">{name}</span>
      {message.model && (
        <span className="rounded-full bg-sunken px-2 text-sm text-quiet">{modelName(message.model)}</span>
      )}
      <time dateTime={message.createdAt} title={fullTime(message.createdAt)} className="shrink-0 text-sm text-quiet">
        {clockTime(message.createdAt)}
      </time>
    </div>
  )
}

function modelName(model: string): string {
  return model === 'demo' ? 'demo model' : model
}
