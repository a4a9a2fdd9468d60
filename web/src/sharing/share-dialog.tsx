import { useCallback } from 'react'
import { useParley } from '../parley/context.ts'
import { Line } from '../settings/list.tsx'
import { t } from '../texts/texts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { fullTime } from '../ui/time.ts'
import { Links, useLinks } from './links.tsx'

type Props = { conversation: string; message: string | undefined; onClose: () => void }

/** Public links to the conversation: a new one, and those that there are. */
export function ShareDialog({ conversation, message, onClose }: Props) {
  const { api } = useParley()
  const links = useLinks(useCallback(() => api.listShares(conversation), [api, conversation]))

  return (
    <Dialog title={t('actions.share')} onClose={onClose}>
      <p className="mb-4 text-quiet">{message ? t('shares.textUpTo') : t('shares.text')}</p>
      <Links
        links={links}
        label={t('shares.link')}
        action={t('shares.make')}
        onMake={async () => `/s/${(await api.createShare(conversation, message)).token}`}
        onTakeBack={(id) => api.deleteShare(conversation, id)}
      >
        {({ by, createdAt }) => <Line name={by} detail={fullTime(createdAt)} />}
      </Links>
    </Dialog>
  )
}
