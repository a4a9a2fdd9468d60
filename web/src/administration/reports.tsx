import { useParley } from '../parley/context.ts'
import { Problem } from '../settings/problem.tsx'
import { useLoaded } from '../settings/use-loaded.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { fullTime } from '../ui/time.ts'

/** What people have reported, and what moderation holds: each to be let be, or to be gone. */
export function Reports() {
  const { api } = useParley()
  const reported = useLoaded(api.listReports)
  const held = useLoaded(api.listHeld)
  const isEmpty = reported.value?.length === 0 && held.value?.length === 0
  return (
    <>
      <Problem>{reported.problem ?? held.problem}</Problem>
      {isEmpty && <p className="text-quiet">{t('administration.nothingReported')}</p>}
      {reported.value?.map((report) => (
        <Item
          key={report.id}
          title={t('administration.reportBy', { name: report.by, time: fullTime(report.createdAt) })}
          reason={report.reason}
          author={report.author ?? t('people.assistant')}
          content={report.content}
        >
          <Button kind="danger" onClick={reported.doing(() => api.closeReport(report.id, true))}>
            {t('administration.remove')}
          </Button>
          <Button onClick={reported.doing(() => api.closeReport(report.id, false))}>{t('administration.letBe')}</Button>
        </Item>
      ))}
      {held.value?.map((message) => (
        <Item
          key={message.id}
          title={t('administration.heldAt', { time: fullTime(message.createdAt) })}
          reason={message.reason}
          author={message.author}
          content={message.content}
        >
          <Button kind="danger" onClick={held.doing(() => api.closeHeld(message.id, false))}>
            {t('administration.forget')}
          </Button>
          <Button onClick={held.doing(() => api.closeHeld(message.id, true))}>{t('administration.send')}</Button>
        </Item>
      ))}
    </>
  )
}

type Props = { title: string; reason: string; author: string; content: string; children: React.ReactNode }

function Item({ title, reason, author, content, children }: Props) {
  return (
    <article className="mb-4 rounded-xl border border-line p-4">
      <h3 className="text-sm text-quiet">{title}</h3>
      <p dir="auto" className="mb-2 font-medium">
        {reason}
      </p>
      <blockquote className="mb-3 border-s-2 border-line ps-3">
        <p dir="auto" className="text-sm text-quiet">
          {author}
        </p>
        <p dir="auto" className="max-h-40 overflow-y-auto whitespace-pre-wrap break-words">
          {content}
        </p>
      </blockquote>
      <div className="flex flex-wrap gap-2">{children}</div>
    </article>
  )
}
