import type { UsageReport } from '@parley/protocol'
import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { perLocale, t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Dialog } from '../ui/dialog.tsx'
import { clockTime } from '../ui/time.ts'

const numbers = perLocale((locale) => new Intl.NumberFormat(locale))

/** What one has asked of the models, day by day, and what one may. */
export function UsageDialog({ onClose }: { onClose: () => void }) {
  const { api } = useParley()
  const [report, setReport] = useState<UsageReport>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    api.usage().then(setReport, (error: unknown) => setProblem(wordsOf(error)))
  }, [api])

  return (
    <Dialog title={t('actions.usage')} onClose={onClose}>
      {problem && (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      )}
      {report && <Allowance report={report} />}
      {report?.days.length === 0 && <p className="text-quiet">{t('usage.none')}</p>}
      {report && report.days.length > 0 && (
        <table className="w-full text-end text-sm tabular-nums">
          <thead className="text-quiet">
            <tr>
              <th className="py-1 text-start font-medium">{t('usage.day')}</th>
              <th className="font-medium">{t('usage.replies')}</th>
              <th className="font-medium">{t('usage.tokensIn')}</th>
              <th className="font-medium">{t('usage.tokensOut')}</th>
            </tr>
          </thead>
          <tbody>
            {report.days.map(({ day, requests, inputTokens, outputTokens }) => (
              <tr key={day} className="border-t border-line">
                <td className="py-2 text-start">{day}</td>
                <td>{numbers().format(requests)}</td>
                <td>{numbers().format(inputTokens)}</td>
                <td>{numbers().format(outputTokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  )
}

function Allowance({ report: { days, quota, resetsAt } }: { report: UsageReport }) {
  const today = days.find(({ day }) => day === new Date().toISOString().slice(0, 10))
  const tokens = (today?.inputTokens ?? 0) + (today?.outputTokens ?? 0)
  const number = numbers().format
  const { requestsPerDay, tokensPerDay } = quota
  const lines = [
    requestsPerDay !== null &&
      t('usage.todayReplies', { used: number(today?.requests ?? 0), most: number(requestsPerDay) }),
    tokensPerDay !== null && t('usage.todayTokens', { used: number(tokens), most: number(tokensPerDay) }),
  ].filter(Boolean)
  if (lines.length === 0) return null
  return <p className="mb-4">{[...lines, t('usage.startsAgain', { time: clockTime(resetsAt) })].join(' ')}</p>
}
