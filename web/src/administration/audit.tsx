import { useCallback, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Problem } from '../settings/problem.tsx'
import { useLoaded } from '../settings/use-loaded.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { fullTime } from '../ui/time.ts'

/** What concerned the safety of the installation, newest first. */
export function Audit() {
  const { api } = useParley()
  const [before, setBefore] = useState<number>()
  const load = useCallback(() => api.readAudit(before), [api, before])
  const { value, problem } = useLoaded(load)
  return (
    <>
      <Problem>{problem}</Problem>
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead className="text-quiet">
            <tr>
              <th className="py-1 pe-3 text-start font-normal">{t('administration.when')}</th>
              <th className="py-1 pe-3 text-start font-normal">{t('administration.who')}</th>
              <th className="py-1 pe-3 text-start font-normal">{t('administration.what')}</th>
              <th className="py-1 text-start font-normal">{t('administration.from')}</th>
            </tr>
          </thead>
          <tbody>
            {value?.entries.map((entry) => (
              <tr key={entry.id} className="border-t border-line align-top">
                <td className="py-1 pe-3 whitespace-nowrap">{fullTime(entry.at)}</td>
                <td dir="auto" className="py-1 pe-3">
                  {entry.name ?? '–'}
                </td>
                <td dir="ltr" className="py-1 pe-3 break-all">
                  {entry.action}
                  {entry.detail && <span className="block text-quiet">{JSON.stringify(entry.detail)}</span>}
                </td>
                <td dir="ltr" className="py-1">
                  {entry.address}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="mt-2 flex gap-2">
        {before !== undefined && <Button onClick={() => setBefore(undefined)}>{t('administration.newest')}</Button>}
        {value?.next !== undefined && <Button onClick={() => setBefore(value.next)}>{t('ui.showMore')}</Button>}
      </div>
    </>
  )
}
