import { quantile } from './quantile.ts'
import type { Run } from './report.ts'
import type { Workload } from './workload.ts'

const [width, labelWidth, barHeight, gap, titleHeight, valueWidth] = [720, 120, 22, 8, 34, 150]
/** Readable on light and on dark pages. */
const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2933 }
  .title { font-weight: 600 }
  .bar { fill: #9aa5b1 } .own { fill: #3b6fe0 } .range { stroke: #1f2933; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) { text { fill: #e4e7eb } .range { stroke: #e4e7eb } .bar { fill: #616e7c } }`

/** Draws the main figure of each workload that has several targets: a bar for the median, a line for the range. */
export function plot(workloads: Workload[], runs: Run[]): string {
  const drawn = workloads.filter(({ name }) => targetsOf(name, runs).length > 1)
  let y = 0
  const groups = drawn.map((workload) => {
    const group = `<g transform="translate(0 ${y})">${chart(workload, runs)}</g>`
    y += titleHeight + targetsOf(workload.name, runs).length * (barHeight + gap) + gap
    return group
  })
  const size = `width="${width}" height="${y}" viewBox="0 0 ${width} ${y}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="Benchmarks">
<style>${style}
</style>
${groups.join('\n')}
</svg>
`
}

function chart({ name, figures, main }: Workload, runs: Run[]): string {
  const targets = targetsOf(name, runs)
  const valuesOf = (target: string) =>
    runs.filter((run) => run.workload === name && run.target === target).map((run) => run.figures[main]!)
  const most = Math.max(...targets.flatMap(valuesOf))
  const length = (value: number) => (Math.max(0, value) / most) * (width - labelWidth - valueWidth)
  const { label, digits, better } = figures[main]!
  const bars = targets.map((target, at) => {
    const values = valuesOf(target)
    const top = titleHeight + at * (barHeight + gap)
    const [middle, least, greatest] = [quantile(values, 0.5), Math.min(...values), Math.max(...values)]
    const line = top + barHeight / 2
    const written = middle.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    return `<text x="0" y="${line + 5}">${target}</text>
<rect class="bar${at === 0 ? ' own' : ''}" x="${labelWidth}" y="${top}" width="${length(middle).toFixed(1)}" height="${barHeight}" rx="3"/>
<line class="range" x1="${(labelWidth + length(least)).toFixed(1)}" x2="${(labelWidth + length(greatest)).toFixed(1)}" y1="${line}" y2="${line}"/>
<text x="${(labelWidth + length(greatest) + 10).toFixed(1)}" y="${line + 5}">${written}</text>`
  })
  return `<text class="title" x="0" y="18">${name}: ${label} (${better} is better)</text>\n${bars.join('\n')}`
}

function targetsOf(workload: string, runs: Run[]): string[] {
  return [...new Set(runs.filter((run) => run.workload === workload).map(({ target }) => target))]
}
