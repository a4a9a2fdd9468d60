import type { Browser, Page } from 'playwright-core'

type TraceEvent = {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  /** What it took of a processor; the rest of `dur` it waited for one. */
  tdur?: number
  args?: { name?: string }
}

export type Traced = {
  /** Tasks of the page's main thread that took more than 50 ms, and the longest of all. */
  longTasks: number
  longestTaskMs: number
  /** The same by what they took of a processor, which on a busy machine is less. */
  longCpuTasks: number
  longestCpuTaskMs: number
  /** What took most of the longest one, by the name that Chromium gives it. */
  longestTaskIs: string
  /** Frames drawn a second, and the longest time between two. */
  framesPerSecond: number
  longestFrameMs: number
  /** How much of the time the main thread was busy. */
  busyPercent: number
}

const categories = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
]
const longTaskMs = 50

/** What Chromium's tracing says of the page while something is done. */
export async function tracePage(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<Traced> {
  await browser.startTracing(page, { categories })
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  // The renderer with the most to do is the page's; others stand by.
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const tasksOf = ({ pid, tid }: TraceEvent) =>
    traceEvents.filter((each) => each.name === 'RunTask' && each.pid === pid && each.tid === tid)
  const tasks = mains.map(tasksOf).sort((a, b) => b.length - a.length)[0] ?? []
  const durations = tasks.map(({ dur = 0 }) => dur / 1_000)
  const cpu = tasks.map(({ tdur = 0 }) => tdur / 1_000)
  const longest = tasks.reduce((most, task) => ((task.dur ?? 0) > (most.dur ?? 0) ? task : most), tasks[0]!)
  const frames = traceEvents
    .filter(({ name, pid }) => name === 'DrawFrame' && pid === tasks[0]?.pid)
    .map(({ ts }) => ts / 1_000)
    .sort((a, b) => a - b)
  const gaps = frames.slice(1).map((at, n) => at - frames[n]!)
  const tookMs = Math.max(1, (tasks.at(-1)?.ts ?? 0) / 1_000 - (tasks[0]?.ts ?? 0) / 1_000)
  const rounded = (value: number) => Math.round(value * 10) / 10
  return {
    longTasks: durations.filter((ms) => ms > longTaskMs).length,
    longestTaskMs: rounded(Math.max(0, ...durations)),
    longCpuTasks: cpu.filter((ms) => ms > longTaskMs).length,
    longestCpuTaskMs: rounded(Math.max(0, ...cpu)),
    longestTaskIs: mostOf(longest, traceEvents),
    framesPerSecond: rounded((1_000 * frames.length) / tookMs),
    longestFrameMs: rounded(Math.max(0, ...gaps)),
    busyPercent: rounded((100 * durations.reduce((sum, ms) => sum + ms, 0)) / tookMs),
  }
}

const kinds = new Set([
  'MajorGC',
  'MinorGC',
  'FunctionCall',
  'EvaluateScript',
  'UpdateLayoutTree',
  'Layout',
  'PrePaint',
  'Paint',
])

function mostOf(task: TraceEvent, events: TraceEvent[]): string {
  const end = task.ts + (task.dur ?? 0)
  const within = events.filter(({ name, tid, ts }) => kinds.has(name) && tid === task.tid && ts >= task.ts && ts < end)
  const [most] = within.sort((a, b) => (b.dur ?? 0) - (a.dur ?? 0))
  return most ? `${most.name} ${Math.round((most.dur ?? 0) / 1_000)} ms` : 'nothing that is named'
}
