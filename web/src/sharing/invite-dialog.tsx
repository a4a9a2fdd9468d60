import type { InviteList } from '@parley/protocol'
import { useCallback, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Line } from '../settings/list.tsx'
import { t } from '../texts/texts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Radios } from '../ui/radios.tsx'
import { shortTime } from '../ui/time.ts'
import { Links, useLinks } from './links.tsx'

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
  const links = useLinks(useCallback(() => api.listInvites(conversation), [api, conversation]))

  /** A link is for what was chosen when it was made. */
  function choosing<T>(choose: (value: T) => void): (value: T) => void {
    return (value) => {
      links.forget()
      choose(value)
    }
  }

  async function make(): Promise<string> {
    const wanted = { role, expiresInHours: lifetimes[lifetime], guests, ...(use === 'one' && { maxUses: 1 }) }
    return `/join/${(await api.invite(conversation, wanted)).token}`
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
      <Links
        links={links}
        label={t('invites.link')}
        action={t('invites.make')}
        onMake={make}
        onTakeBack={(id) => api.deleteInvite(conversation, id)}
      >
        {(invite) => <Line name={`${invite.by} · ${t(`invites.${invite.role}`)}`} detail={detailOf(invite)} />}
      </Links>
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
