import { quantile } from './quantile.ts'
import type { Figure, Workload } from './workload.ts'

export type Run = { workload: string; target: string; figures: Record<string, number> }

/** Medians with their range, a Markdown table for each workload. The first target is set against the others. */
export function report(machine: string, workloads: Workload[], runs: Run[]): string {
  const tables = workloads.map((workload) =>
    table(
      workload,
      runs.filter((run) => run.workload === workload.name),
    ),
  )
  return [`Machine: ${machine}`, ...tables].join('\n\n')
}

function table({ name, about, figures, main }: Workload, runs: Run[]): string {
  const targets = [...new Set(runs.map(({ target }) => target))]
  const own = (target: string, figure: string) =>
    runs.filter((run) => run.target === target).map((run) => run.figures[figure]!)
  const compared = targets.length > 1
  const rows = targets.map((target) => {
    const cells = Object.entries(figures).map(([key, figure]) => cell(own(target, key), figure, key === main))
    const ratio = (median(own(targets[0]!, main)) / median(own(target, main))).toFixed(2)
    return `| ${[target, ...cells, ...(compared ? [ratio] : [])].join(' | ')} |`
  })
  const labels = Object.values(figures).map(({ label }) => label)
  const head = ['target', ...labels, ...(compared ? [`${targets[0]} to it`] : [])]
  return [
    `## ${name}`,
    '',
    `${about}.`,
    '',
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...rows,
  ].join('\n')
}

function cell(values: number[], { digits }: Figure, withRange: boolean): string {
  const write = (value: number) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  const middle = write(median(values))
  if (!withRange || values.length < 2) return middle
  return `${middle} (${write(Math.min(...values))} to ${write(Math.max(...values))})`
}

function median(values: number[]): number {
  return quantile(values, 0.5)
}
