import type { ConversationState } from '@parley/client'
import type { Member, Role } from '@parley/protocol'
import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Assistants } from './assistants.tsx'

const roles: Role[] = ['owner', 'member', 'viewer']

type Props = { state: ConversationState; role: Role; onClose: () => void }

/** Who belongs to the conversation, as what, and which assistants speak when. */
export function MembersDialog({ state, role, onClose }: Props) {
  const { api, user } = useParley()
  const [problem, setProblem] = useState<string>()
  const act = (work: Promise<unknown>) =>
    work.then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(wordsOf(error)),
    )
  const here = new Set(state.presence.users)
  const members = Object.values(state.members).filter(({ left }) => !left)

  return (
    <Dialog title={t('conversation.members')} onClose={onClose}>
      <ul className="mb-5 flex flex-col gap-1">
        {members.map((member) => (
          <li key={member.user} className="flex min-h-11 items-center gap-3">
            <Avatar id={member.user} name={member.name} here={here.has(member.user)} />
            <span dir="auto" className="min-w-0 flex-1 truncate">
              {member.name}
              {member.user === user.id && <span className="text-quiet"> {t('people.you')}</span>}
            </span>
            <RoleOf
              member={member}
              canChange={role === 'owner' && member.user !== user.id}
              onChange={(next) => act(api.setRole(state.id, member.user, next))}
            />
            {(role === 'owner' || member.user === user.id) && (
              <Button kind="danger" onClick={() => act(api.removeMember(state.id, member.user))}>
                {member.user === user.id ? t('ui.leave') : t('ui.remove')}
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
      <Assistants state={state} role={role} act={act} />
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
  if (!canChange) return <span className="text-sm text-quiet">{t(`people.roles.${member.role}`)}</span>
  return (
    <select
      aria-label={t('people.roleOf', { name: member.name })}
      className="h-11 rounded-lg border border-line bg-raised px-2 text-sm sm:h-9"
      value={member.role}
      onChange={(event) => onChange(event.target.value as Role)}
    >
      {roles.map((each) => (
        <option key={each} value={each}>
          {t(`people.roles.${each}`)}
        </option>
      ))}
    </select>
  )
}
