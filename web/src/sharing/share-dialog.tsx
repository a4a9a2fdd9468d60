import type { ShareList } from '@parley/protocol'
import { Trash2 } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Line, List } from '../settings/list.tsx'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { fullTime } from '../ui/time.ts'

type Props = { conversation: string; message: string | undefined; onClose: () => void }

/** Public links to the conversation: a new one, and those that there are. */
export function ShareDialog({ conversation, message, onClose }: Props) {
  const { api } = useParley()
  const [link, setLink] = useState<string>()
  const [shares, setShares] = useState<ShareList['shares']>([])
  const [problem, setProblem] = useState<string>()
  const tell = useCallback((error: unknown) => setProblem(wordsOf(error)), [])
  const look = useCallback(() => api.listShares(conversation).then(setShares, tell), [api, conversation, tell])
  useEffect(() => void look(), [look])

  async function make(): Promise<void> {
    setProblem(undefined)
    try {
      const { token } = await api.createShare(conversation, message)
      setLink(`${window.location.origin}/s/${token}`)
      await look()
    } catch (error) {
      tell(error)
    }
  }

  async function takeBack(id: string): Promise<void> {
    await api.deleteShare(conversation, id).catch(tell)
    setLink(undefined)
    await look()
  }

  return (
    <Dialog title={t('actions.share')} onClose={onClose}>
      <p className="mb-4 text-quiet">{message ? t('shares.textUpTo') : t('shares.text')}</p>
      {link ? (
        <CopyField label={t('shares.link')} value={link} />
      ) : (
        <Button kind="primary" onClick={make}>
          {t('shares.make')}
        </Button>
      )}
      {problem && (
        <p role="alert" className="mt-2 text-danger">
          {problem}
        </p>
      )}
      {shares.length > 0 && (
        <div className="mt-6">
          <List title={t('shares.all')} items={shares}>
            {({ id, by, createdAt }) => (
              <>
                <Line name={by} detail={fullTime(createdAt)} />
                <Button kind="quiet" onClick={() => takeBack(id)}>
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
