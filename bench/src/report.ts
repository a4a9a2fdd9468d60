export type Run = {
  workload: string
  target: string
  deliveriesPerCpuSecond: number
  /** Messages that arrived, of those that should have. */
  deliveredShare: number
  p50Ms: number
  p99Ms: number
  bytesPerSocket: number
  connectsPerSecond: number
}

type Figure = Exclude<keyof Run, 'workload' | 'target'>

/** Medians with their spread, a Markdown table for each workload. The first target is set against the others. */
export function report(machine: string, runs: Run[]): string {
  return [`Machine: ${machine}`, ...unique(runs, 'workload').map((workload) => table(workload, runs))].join('\n\n')
}

function table(workload: string, all: Run[]): string {
  const runs = all.filter((run) => run.workload === workload)
  const targets = unique(runs, 'target')
  const of = (target: string) => runs.filter((run) => run.target === target)
  const rate = (target: string) => median(of(target), 'deliveriesPerCpuSecond')
  const rows = targets.map((target) => {
    const own = of(target)
    const rates = own.map((run) => run.deliveriesPerCpuSecond)
    const cells = [
      target,
      `${count(rate(target))} (${count(Math.min(...rates))} to ${count(Math.max(...rates))})`,
      (rate(targets[0]!) / rate(target)).toFixed(2),
      median(own, 'p50Ms').toFixed(1),
      median(own, 'p99Ms').toFixed(1),
      `${(100 * median(own, 'deliveredShare')).toFixed(1)} %`,
      (median(own, 'bytesPerSocket') / 1_024).toFixed(1),
      count(median(own, 'connectsPerSecond')),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const head = [
    'target',
    'deliveries per CPU-second',
    `${targets[0]} to it`,
    'p50 ms',
    'p99 ms',
    'delivered',
    'KiB a socket',
    'connects/s',
  ]
  return [`## ${workload}`, '', `| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows].join('\n')
}

function unique(runs: Run[], key: 'workload' | 'target'): string[] {
  return [...new Set(runs.map((run) => run[key]))]
}

function median(runs: Run[], figure: Figure): number {
  const sorted = runs.map((run) => run[figure]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const count = (value: number) => Math.round(value).toLocaleString('en')
