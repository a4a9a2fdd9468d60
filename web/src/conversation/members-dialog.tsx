import type { ConversationState } from '@parley/client'
import type { AssistantMode, Member, Role } from '@parley/protocol'
import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

const modes: Record<AssistantMode, string> = {
  auto: 'answers all while you are alone with it',
  always: 'answers every message',
  mention: 'answers @assistant only',
  off: 'does not answer',
}

type Props = { state: ConversationState; role: Role; onClose: () => void }

/** Who belongs to the conversation, as what, and when the assistant speaks. */
export function MembersDialog({ state, role, onClose }: Props) {
  const { api, user } = useParley()
  const [problem, setProblem] = useState<string>()
  const act = (work: Promise<unknown>) =>
    work.then(
      () => setProblem(undefined),
      (error: Error) => setProblem(error.message),
    )
  const here = new Set(state.presence.users)
  const members = Object.values(state.members).filter(({ left }) => !left)

  return (
    <Dialog title="Members" onClose={onClose}>
      <ul className="mb-5 flex flex-col gap-1">
        {members.map((member) => (
          <li key={member.user} className="flex min-h-11 items-center gap-3">
            <Avatar id={member.user} name={member.name} here={here.has(member.user)} />
            <span className="min-w-0 flex-1 truncate">
              {member.name}
              {member.user === user.id && <span className="text-quiet"> (you)</span>}
            </span>
            <RoleOf
              member={member}
              canChange={role === 'owner' && member.user !== user.id}
              onChange={(next) => act(api.setRole(state.id, member.user, next))}
            />
            {(role === 'owner' || member.user === user.id) && (
              <Button kind="danger" onClick={() => act(api.removeMember(state.id, member.user))}>
                {member.user === user.id ? 'Leave' : 'Remove'}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {problem && (
        <p role="alert" className="mb-4 text-danger">
          {problem}
        </p>
      )}
      <label className="block">
        <span className="mb-1 block font-medium">The assistant</span>
        <select
          className="h-11 w-full rounded-lg border border-line bg-raised px-3"
          value={state.conversation.assistant}
          disabled={role === 'viewer'}
          onChange={(event) =>
            act(api.changeConversation(state.id, { assistant: event.target.value as AssistantMode }))
          }
        >
          {Object.entries(modes).map(([mode, text]) => (
            <option key={mode} value={mode}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </Dialog>
  )
}

function RoleOf({
  member,
  canChange,
  onChange,
}: {
  member: Member
  canChange: boolean
  onChange: (role: Role) => void
}) {
  if (!canChange) return <span className="text-sm text-quiet">{member.role}</span>
  return (
    <select
      aria-label={`Role of ${member.name}`}
      className="h-11 rounded-lg border border-line bg-raised px-2 text-sm sm:h-9"
      value={member.role}
      onChange={(event) => onChange(event.target.value as Role)}
    >
      <option value="owner">owner</option>
      <option value="member">member</option>
      <option value="viewer">viewer</option>
    </select>
  )
}
