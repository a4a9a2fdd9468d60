import type { ConversationState } from '@parley/client'
import type { Message, Role } from '@parley/protocol'
import { useParley } from '../parley/context.ts'
import { listOf, t } from '../texts/texts.ts'

type Props = { message: Message; state: ConversationState; role: Role }

/** The reactions to a message; a click adds one's own or takes it back. */
export function Reactions({ message, state, role }: Props) {
  const { connection, user } = useParley()
  return (
    <ul className="mt-1 flex flex-wrap gap-1" aria-label={t('message.reactions')}>
      {message.reactions.map(({ emoji, users }) => {
        const mine = users.includes(user.id)
        const names = listOf(users.map((id) => state.members[id]?.name ?? t('people.somebody')))
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={mine}
              disabled={role === 'viewer'}
              title={names}
              className={`flex h-8 items-center gap-1.5 rounded-full border px-2.5 text-sm ${mine ? 'border-accent bg-accent-soft' : 'border-line bg-raised'}`}
              onClick={() => {
                connection
                  .request({ type: 'react', conversation: state.id, message: message.id, emoji, on: !mine })
                  .catch(() => {})
              }}
            >
              {emoji} <span>{users.length}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
