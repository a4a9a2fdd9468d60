import type { Message, Role } from '@parley/protocol'
import { ChevronDown, Copy, Link, Pencil, RefreshCw, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'

const quickReactions = ['👍', '❤️', '😂', '🎉']

type Props = {
  conversation: string
  message: Message
  role: Role
  onEdit: () => void
  onReact: (emoji: string, on: boolean) => void
  onDelete: () => void
  /** Without a model: with that of before. */
  onRegenerate: (model?: string) => void
}

/** What can be done with a message: seen when it is pointed at, tapped, or reached by keyboard. */
export function Actions({ conversation, message, role, onEdit, onReact, onDelete, onRegenerate }: Props) {
  const { user } = useParley()
  const mine = message.author === user.id
  const canWrite = role !== 'viewer'
  const going = message.reply?.status === 'queued' || message.reply?.status === 'streaming'
  if (going) return null
  const reacted = (emoji: string) =>
    message.reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(user.id))

  return (
    <div className="absolute -top-4 right-0 z-10 hidden rounded-lg border border-line bg-raised shadow-sm group-focus-within:flex group-hover:flex">
      {canWrite &&
        quickReactions.map((emoji) => (
          <Action key={emoji} label={`React with ${emoji}`} onClick={() => onReact(emoji, !reacted(emoji))}>
            {emoji}
          </Action>
        ))}
      <Action label="Copy" onClick={() => void navigator.clipboard.writeText(message.content)}>
        <Copy size={16} />
      </Action>
      <Action label="Copy link" onClick={() => void navigator.clipboard.writeText(linkTo(conversation, message))}>
        <Link size={16} />
      </Action>
      {message.reply && canWrite && (
        <>
          <Action label="Write again" onClick={() => onRegenerate()}>
            <RefreshCw size={16} />
          </Action>
          <OtherModel onChoose={onRegenerate} />
        </>
      )}
      {mine && canWrite && (
        <Action label="Edit" onClick={onEdit}>
          <Pencil size={16} />
        </Action>
      )}
      {(mine || role === 'owner') && (
        <Action label="Delete" onClick={onDelete}>
          <Trash2 size={16} />
        </Action>
      )}
    </div>
  )
}

/** Where others in the conversation find the message. */
function linkTo(conversation: string, { seq }: Message): string {
  return `${window.location.origin}/c/${conversation}?at=${seq}`
}

/** The choice of a model to write the reply again with; the browser's own list, as small as its arrow. */
function OtherModel({ onChoose }: { onChoose: (model: string) => void }) {
  const models = useStore(useParley().models)
  if (models.length < 2) return null
  return (
    <span className="relative flex size-9 items-center justify-center text-quiet hover:bg-sunken hover:text-text">
      <ChevronDown size={16} />
      <select
        aria-label="Write again with another model"
        title="Write again with another model"
        className="absolute inset-0 cursor-pointer opacity-0"
        value=""
        onChange={(event) => onChoose(event.target.value)}
      >
        <option value="" disabled>
          Write again with …
        </option>
        {models.map((model) => (
          <option key={model} value={model}>
            {model}
          </option>
        ))}
      </select>
    </span>
  )
}

function Action({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className="flex size-9 items-center justify-center text-quiet first:rounded-l-lg last:rounded-r-lg hover:bg-sunken hover:text-text"
      onClick={onClick}
    >
      {children}
    </button>
  )
}
