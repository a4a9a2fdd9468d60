import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

type InviteRole = 'member' | 'viewer'

/** An invite link, made when it is looked at. */
export function InviteDialog({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const { api } = useParley()
  const [role, setRole] = useState<InviteRole>('member')
  const [link, setLink] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    setLink(undefined)
    setCopied(false)
    api.invite(conversation, role).then(
      ({ token }) => setLink(`${window.location.origin}/join/${token}`),
      (error: Error) => setProblem(error.message),
    )
  }, [api, conversation, role])

  async function copy(): Promise<void> {
    if (!link) return
    await navigator.clipboard.writeText(link)
    setCopied(true)
  }

  return (
    <Dialog title="Invite people" onClose={onClose}>
      <p className="mb-4 text-quiet">Whoever has this link can join for a week, and sees everything said so far.</p>
      <fieldset className="mb-4 flex gap-2">
        <legend className="mb-1 font-medium">They may</legend>
        {(['member', 'viewer'] as const).map((each) => (
          <label
            key={each}
            className="flex h-11 cursor-pointer items-center gap-2 rounded-lg border border-line px-3 has-checked:border-accent has-checked:bg-accent-soft sm:h-9"
          >
            <input type="radio" name="role" checked={role === each} onChange={() => setRole(each)} />
            {each === 'member' ? 'take part' : 'read along'}
          </label>
        ))}
      </fieldset>
      {problem ? (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      ) : (
        <div className="flex gap-2">
          <input
            readOnly
            aria-label="Invite link"
            value={link ?? 'Making a link …'}
            className="h-11 min-w-0 flex-1 rounded-lg border border-line bg-sunken px-3 sm:h-9"
            onFocus={(event) => event.currentTarget.select()}
          />
          <Button kind="primary" onClick={copy} disabled={!link}>
            {copied ? <Check size={18} /> : <Copy size={18} />} {copied ? 'Copied' : 'Copy'}
          </Button>
        </div>
      )}
    </Dialog>
  )
}
