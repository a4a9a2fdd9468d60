import { createApi } from '@parley/client'
import type { SharedPage as Page, SharedMessage } from '@parley/protocol'
import { Sparkles } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { titleOf } from '../conversations/title.ts'
import { Parts } from '../messages/parts.tsx'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { clockTime, dayName, fullTime, isSameDay } from '../ui/time.ts'

/** What a public link shows: nobody needs to be signed in. */
export function SharedPage({ token }: { token: string }) {
  const api = useMemo(() => createApi({ origin: '' }), [])
  const [shared, setShared] = useState<Page>()
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    api.readShare(token).then(
      (page) => {
        setShared(page)
        document.title = titleOf(page)
      },
      (error: unknown) => setProblem(wordsOf(error)),
    )
  }, [api, token])

  async function loadOlder(): Promise<void> {
    if (!shared?.next) return
    try {
      const older = await api.readShare(token, shared.next)
      setShared({ ...older, messages: [...older.messages, ...shared.messages] })
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }

  if (problem) {
    return (
      <Notice title={t('links.broken')} action={{ label: t('links.toParley'), act: () => window.location.assign('/') }}>
        {problem}
      </Notice>
    )
  }
  if (!shared) return null
  return (
    <div className="h-full overflow-y-auto">
      <main className="mx-auto max-w-[76ch] px-4 py-8">
        <h1 dir="auto" className="text-lg font-semibold">
          {titleOf(shared)}
        </h1>
        <p className="mb-6 text-sm text-quiet">
          {t('shares.sharedAt', { time: fullTime(shared.sharedAt) })}{' '}
          <a href="/" className="text-accent underline">
            {t('shares.whatIsParley')}
          </a>
        </p>
        {shared.next && (
          <Button kind="quiet" onClick={loadOlder}>
            {t('shares.older')}
          </Button>
        )}
        <ol aria-label={t('conversation.messages')}>
          {shared.messages.map((message, at) => (
            <li key={message.id} className="pt-5">
              <Said message={message} before={shared.messages[at - 1]} />
            </li>
          ))}
        </ol>
      </main>
    </div>
  )
}

function Said({ message, before }: { message: SharedMessage; before: SharedMessage | undefined }) {
  const { author, role, content, parts, model, createdAt, deletedAt } = message
  const name = author ?? t(role === 'assistant' ? 'people.assistant' : 'people.somebody')
  return (
    <>
      {(!before || !isSameDay(before.createdAt, createdAt)) && (
        <p className="pb-4 text-center text-sm text-quiet">
          <time dateTime={createdAt.slice(0, 10)}>{dayName(createdAt)}</time>
        </p>
      )}
      <div className="mb-0.5 flex items-center gap-3">
        {role === 'assistant' ? (
          <span
            className="flex size-8 items-center justify-center rounded-full bg-accent-soft text-accent"
            aria-hidden="true"
          >
            <Sparkles size={16} />
          </span>
        ) : (
          <Avatar id={name} name={name} />
        )}
        <span dir="auto" className="min-w-0 truncate font-semibold">
          {name}
        </span>
        {model && <span className="min-w-0 truncate rounded-full bg-sunken px-2 text-sm text-quiet">{model}</span>}
        <time dateTime={createdAt} title={fullTime(createdAt)} className="shrink-0 text-sm text-quiet">
          {clockTime(createdAt)}
        </time>
      </div>
      <div className="sm:ps-11">
        {deletedAt ? (
          <p className="text-quiet italic">{t('message.deleted')}</p>
        ) : (
          <Parts parts={parts ?? [{ type: 'text', text: content }]} writing={false} />
        )}
      </div>
    </>
  )
}
