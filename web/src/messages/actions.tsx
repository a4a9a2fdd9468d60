import type { ConversationState } from '@parley/client'
import type { Message, Role } from '@parley/protocol'
import { Copy, Pencil, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useParley } from '../parley/context.ts'

const quickReactions = ['👍', '❤️', '😂', '🎉']

type Props = { message: Message; state: ConversationState; role: Role; onEdit: () => void }

/** What can be done with a message: seen when it is pointed at, tapped, or reached by keyboard. */
export function Actions({ message, state, role, onEdit }: Props) {
  const { connection, user } = useParley()
  const at = { conversation: state.id, message: message.id }
  const mine = message.author === user.id
  const going = message.reply?.status === 'queued' || message.reply?.status === 'streaming'
  if (going) return null

  function react(emoji: string): void {
    const on = !message.reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(user.id))
    connection.request({ type: 'react', ...at, emoji, on }).catch(() => {})
  }

  return (
    <div className="absolute -top-4 right-0 z-10 hidden rounded-lg border border-line bg-raised shadow-sm group-focus-within:flex group-hover:flex">
      {role !== 'viewer' &&
        quickReactions.map((emoji) => (
          <Action key={emoji} label={`React with ${emoji}`} onClick={() => react(emoji)}>
            {emoji}
          </Action>
        ))}
      <Action label="Copy" onClick={() => void navigator.clipboard.writeText(message.content)}>
        <Copy size={16} />
      </Action>
      {mine && role !== 'viewer' && (
        <Action label="Edit" onClick={onEdit}>
          <Pencil size={16} />
        </Action>
      )}
      {(mine || role === 'owner') && (
        <Action
          label="Delete"
          onClick={() => {
            connection.request({ type: 'delete', ...at }).catch(() => {})
          }}
        >
          <Trash2 size={16} />
        </Action>
      )}
    </div>
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
