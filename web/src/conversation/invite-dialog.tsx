import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Radios } from '../ui/radios.tsx'

const roles = [
  { value: 'member', label: 'take part' },
  { value: 'viewer', label: 'read along' },
] as const
const lifetimes = [
  { value: '24', label: 'a day' },
  { value: '168', label: 'a week' },
  { value: '720', label: '30 days' },
] as const

/** An invite link, made when it is looked at. */
export function InviteDialog({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const { api } = useParley()
  const [role, setRole] = useState<(typeof roles)[number]['value']>('member')
  const [hours, setHours] = useState<(typeof lifetimes)[number]['value']>('168')
  const [link, setLink] = useState<string>()
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    let isWanted = true
    setLink(undefined)
    api.invite(conversation, { role, expiresInHours: Number(hours) }).then(
      ({ token }) => isWanted && setLink(`${window.location.origin}/join/${token}`),
      (error: Error) => isWanted && setProblem(error.message),
    )
    return () => {
      isWanted = false
    }
  }, [api, conversation, role, hours])

  return (
    <Dialog title="Invite people" onClose={onClose}>
      <p className="mb-4 text-quiet">Whoever has this link can join, and sees everything said so far.</p>
      <Radios legend="They may" name="role" choices={roles} value={role} onChange={setRole} />
      <Radios legend="The link is good for" name="lifetime" choices={lifetimes} value={hours} onChange={setHours} />
      {problem ? (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      ) : (
        <CopyField label="Invite link" value={link} waiting="Making a link …" />
      )}
    </Dialog>
  )
}
