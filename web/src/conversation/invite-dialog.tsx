import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Radios } from '../ui/radios.tsx'

const roles = ['member', 'viewer'] as const
const lifetimes = { day: 24, week: 7 * 24, month: 30 * 24 }
type Lifetime = keyof typeof lifetimes
const uses = ['all', 'one'] as const

/** An invite link, made when it is looked at. */
export function InviteDialog({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const { api } = useParley()
  const [role, setRole] = useState<(typeof roles)[number]>('member')
  const [lifetime, setLifetime] = useState<Lifetime>('week')
  const [use, setUse] = useState<(typeof uses)[number]>('all')
  const [guests, setGuests] = useState(false)
  const [link, setLink] = useState<string>()
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    let isWanted = true
    setLink(undefined)
    const wanted = { role, expiresInHours: lifetimes[lifetime], guests, ...(use === 'one' && { maxUses: 1 }) }
    api.invite(conversation, wanted).then(
      ({ token }) => isWanted && setLink(`${window.location.origin}/join/${token}`),
      (error: unknown) => isWanted && setProblem(wordsOf(error)),
    )
    return () => {
      isWanted = false
    }
  }, [api, conversation, role, lifetime, use, guests])

  return (
    <Dialog title={t('actions.invite')} onClose={onClose}>
      <p className="mb-4 text-quiet">{t('invites.text')}</p>
      <Radios
        legend={t('invites.theyMay')}
        name="role"
        choices={roles.map((value) => ({ value, label: t(`invites.${value}`) }))}
        value={role}
        onChange={setRole}
      />
      <Radios
        legend={t('invites.goodFor')}
        name="lifetime"
        choices={(Object.keys(lifetimes) as Lifetime[]).map((value) => ({ value, label: t(`invites.${value}`) }))}
        value={lifetime}
        onChange={setLifetime}
      />
      <Radios
        legend={t('invites.letsIn')}
        name="uses"
        choices={uses.map((value) => ({ value, label: t(`invites.${value}`) }))}
        value={use}
        onChange={setUse}
      />
      <label className="mb-4 flex min-h-11 items-center gap-2 sm:min-h-9">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={guests}
          onChange={(event) => setGuests(event.target.checked)}
        />
        {t('invites.guests')}
      </label>
      {problem ? (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      ) : (
        <CopyField label={t('invites.link')} value={link} waiting={t('invites.making')} />
      )}
    </Dialog>
  )
}
