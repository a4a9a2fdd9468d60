import type { AuditEntry } from '@parley/protocol'
import { useCallback, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Problem } from '../settings/problem.tsx'
import { useLoaded } from '../settings/use-loaded.ts'
import { download } from '../sharing/export.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { fullTime } from '../ui/time.ts'

/** What concerned the safety of the installation, newest first. */
export function Audit() {
  const { api } = useParley()
  const [before, setBefore] = useState<number>()
  const load = useCallback(() => api.readAudit(before), [api, before])
  const { value, problem, doing } = useLoaded(load)

  const save = doing(async () => {
    const lines: string[] = []
    for (let page = await api.readAudit(); ; page = await api.readAudit(page.next)) {
      lines.push(...page.entries.map((entry) => JSON.stringify(entry)))
      if (page.next === undefined) break
    }
    download('parley-audit.ndjson', `${lines.join('\n')}\n`, 'application/x-ndjson')
  })

  return (
    <>
      <Button onClick={save}>{t('administration.download')}</Button>
      <Problem>{problem}</Problem>
      <ul className="mt-3" aria-label={t('administration.tabs.audit')}>
        {value?.entries.map((entry) => (
          <li key={entry.id} className="border-t border-line py-2">
            <Entry entry={entry} />
          </li>
        ))}
      </ul>
      <div className="mt-2 flex gap-2">
        {before !== undefined && <Button onClick={() => setBefore(undefined)}>{t('administration.newest')}</Button>}
        {value?.next !== undefined && <Button onClick={() => setBefore(value.next)}>{t('ui.showMore')}</Button>}
      </div>
    </>
  )
}

function Entry({ entry: { at, action, name, address, detail } }: { entry: AuditEntry }) {
  return (
    <>
      <p className="flex flex-wrap gap-x-3">
        <span dir="ltr" className="font-mono text-sm">
          {action}
        </span>
        <span dir="auto" className="min-w-0 truncate font-medium">
          {name}
        </span>
      </p>
      <p className="text-sm text-quiet">{[fullTime(at), address].filter(Boolean).join(' · ')}</p>
      {detail && (
        <p dir="ltr" className="break-all text-sm text-quiet">
          {Object.entries(detail)
            .map(([key, what]) => `${key}: ${typeof what === 'string' ? what : JSON.stringify(what)}`)
            .join(', ')}
        </p>
      )}
    </>
  )
}
