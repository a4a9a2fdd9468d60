import { newId } from '@parley/protocol'
import { useNavigate } from '@tanstack/react-router'
import { Menu } from 'lucide-react'
import { use, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { SheetContext } from './sheet.ts'

const suggestions = ['what', 'markdown', 'invite'] as const

/** What is seen before a conversation is chosen: three ways to start one. */
export function Welcome() {
  const parley = useParley()
  const openList = use(SheetContext)
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)

  async function start(content?: string): Promise<void> {
    setBusy(true)
    try {
      const conversation = await parley.create()
      if (content) parley.connection.request({ type: 'send', conversation, content, id: newId() }).catch(() => {})
      await navigate({ to: '/c/$conversation', params: { conversation } })
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="flex h-full flex-col">
      <header className="flex h-14 items-center px-2 md:hidden">
        <Button kind="icon" aria-label={t('conversations.show')} onClick={openList}>
          <Menu size={20} />
        </Button>
      </header>
      <div className="flex flex-1 flex-col items-center justify-center gap-6 px-6 pb-24 text-center">
        <div>
          <h1 className="text-2xl font-semibold">{t('welcome.hello', { name: parley.user.name.split(' ')[0] })}</h1>
          <p className="mt-1 text-quiet">{parley.user.guest ? t('welcome.guest') : t('welcome.text')}</p>
        </div>
        {!parley.user.guest && (
          <>
            <div className="flex flex-wrap justify-center gap-2">
              {suggestions.map((suggestion) => (
                <Button key={suggestion} disabled={busy} onClick={() => start(t(`welcome.suggestions.${suggestion}`))}>
                  {t(`welcome.suggestions.${suggestion}`)}
                </Button>
              ))}
            </div>
            <Button kind="primary" disabled={busy} onClick={() => start()}>
              {t('actions.new')}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
