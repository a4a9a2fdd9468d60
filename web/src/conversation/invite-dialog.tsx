import type { InviteList } from '@parley/protocol'
import { Trash2 } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Line, List } from '../settings/list.tsx'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Radios } from '../ui/radios.tsx'
import { shortTime } from '../ui/time.ts'

const roles = ['member', 'viewer'] as const
const lifetimes = { day: 24, week: 7 * 24, month: 30 * 24 }
type Lifetime = keyof typeof lifetimes
const uses = ['all', 'one'] as const
type Entry = InviteList['invites'][number]

/** Invite links to the conversation: a new one, and those that work. */
export function InviteDialog({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const { api } = useParley()
  const [role, setRole] = useState<(typeof roles)[number]>('member')
  const [lifetime, setLifetime] = useState<Lifetime>('week')
  const [use, setUse] = useState<(typeof uses)[number]>('all')
  const [guests, setGuests] = useState(false)
  const [link, setLink] = useState<string>()
  const [invites, setInvites] = useState<Entry[]>([])
  const [problem, setProblem] = useState<string>()
  const tell = useCallback((error: unknown) => setProblem(wordsOf(error)), [])
  const look = useCallback(() => api.listInvites(conversation).then(setInvites, tell), [api, conversation, tell])
  useEffect(() => void look(), [look])

  /** A link is for what was chosen when it was made. */
  function choosing<T>(choose: (value: T) => void): (value: T) => void {
    return (value) => {
      setLink(undefined)
      choose(value)
    }
  }

  async function make(): Promise<void> {
    setProblem(undefined)
    const wanted = { role, expiresInHours: lifetimes[lifetime], guests, ...(use === 'one' && { maxUses: 1 }) }
    try {
      const { token } = await api.invite(conversation, wanted)
      setLink(`${window.location.origin}/join/${token}`)
      await look()
    } catch (error) {
      tell(error)
    }
  }

  async function takeBack(id: string): Promise<void> {
    await api.deleteInvite(conversation, id).catch(tell)
    setLink(undefined)
    await look()
  }

  return (
    <Dialog title={t('actions.invite')} onClose={onClose}>
      <p className="mb-4 text-quiet">{t('invites.text')}</p>
      <Radios
        legend={t('invites.theyMay')}
        name="role"
        choices={roles.map((value) => ({ value, label: t(`invites.${value}`) }))}
        value={role}
        onChange={choosing(setRole)}
      />
      <Radios
        legend={t('invites.goodFor')}
        name="lifetime"
        choices={(Object.keys(lifetimes) as Lifetime[]).map((value) => ({ value, label: t(`invites.${value}`) }))}
        value={lifetime}
        onChange={choosing(setLifetime)}
      />
      <Radios
        legend={t('invites.letsIn')}
        name="uses"
        choices={uses.map((value) => ({ value, label: t(`invites.${value}`) }))}
        value={use}
        onChange={choosing(setUse)}
      />
      <label className="mb-4 flex min-h-11 items-center gap-2 sm:min-h-9">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={guests}
          onChange={(event) => choosing(setGuests)(event.target.checked)}
        />
        {t('invites.guests')}
      </label>
      {link ? (
        <CopyField label={t('invites.link')} value={link} />
      ) : (
        <Button kind="primary" onClick={make}>
          {t('invites.make')}
        </Button>
      )}
      {problem && (
        <p role="alert" className="mt-2 text-danger">
          {problem}
        </p>
      )}
      {invites.length > 0 && (
        <div className="mt-6">
          <List title={t('shares.all')} items={invites}>
            {(invite) => (
              <>
                <Line name={`${invite.by} · ${t(`invites.${invite.role}`)}`} detail={detailOf(invite)} />
                <Button kind="quiet" onClick={() => takeBack(invite.id)}>
                  <Trash2 size={16} /> {t('shares.takeBack')}
                </Button>
              </>
            )}
          </List>
        </div>
      )}
    </Dialog>
  )
}

function detailOf({ expiresAt, uses, maxUses, guests }: Entry): string {
  return [
    t('invites.until', { time: shortTime(expiresAt) }),
    maxUses === 1 && t('invites.one'),
    guests && t('invites.guestsToo'),
    (uses > 0 || (maxUses ?? 1) > 1) && t('invites.joined', { uses: maxUses ? `${uses}/${maxUses}` : uses }),
  ]
    .filter(Boolean)
    .join(' · ')
}
