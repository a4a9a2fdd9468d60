import type { UsageReport } from '@parley/protocol'
import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { clockTime } from '../ui/time.ts'

const count = new Intl.NumberFormat()

/** What one has asked of the models, day by day, and what one may. */
export function UsageDialog({ onClose }: { onClose: () => void }) {
  const { api } = useParley()
  const [report, setReport] = useState<UsageReport>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    api.usage().then(setReport, (error: Error) => setProblem(error.message))
  }, [api])

  return (
    <Dialog title="Your use of the models" onClose={onClose}>
      {problem && (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      )}
      {report && <Allowance report={report} />}
      {report?.days.length === 0 && <p className="text-quiet">Nothing has been asked yet.</p>}
      {report && report.days.length > 0 && (
        <table className="w-full text-right text-sm tabular-nums">
          <thead className="text-quiet">
            <tr>
              <th className="py-1 text-left font-medium">Day (UTC)</th>
              <th className="font-medium">Replies</th>
              <th className="font-medium">Tokens in</th>
              <th className="font-medium">Tokens out</th>
            </tr>
          </thead>
          <tbody>
            {report.days.map(({ day, requests, inputTokens, outputTokens }) => (
              <tr key={day} className="border-t border-line">
                <td className="py-2 text-left">{day}</td>
                <td>{count.format(requests)}</td>
                <td>{count.format(inputTokens)}</td>
                <td>{count.format(outputTokens)}</td>
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
  const lines = [
    quota.requestsPerDay !== null && `${today?.requests ?? 0} of ${count.format(quota.requestsPerDay)} replies`,
    quota.tokensPerDay !== null && `${count.format(tokens)} of ${count.format(quota.tokensPerDay)} tokens`,
  ].filter(Boolean)
  if (lines.length === 0) return null
  return (
    <p className="mb-4">
      Today {lines.join(' and ')}. It starts again at {clockTime(resetsAt)}.
    </p>
  )
}
