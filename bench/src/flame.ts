import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const samplesPerSecond = 499
const longestScript = 1024 ** 3

/** What Node needs to be started with, so that perf can name JavaScript's functions. */
export const flameOptions = '--perf-basic-prof --interpreted-frames-native-stack'

/**
 * Runs `work`, and draws as a flame graph where a process spends its time meanwhile, where a file is given for that. It
 * needs Linux's perf.
 */
export async function withFlames<T>(pid: number, file: string | undefined, work: () => Promise<T>): Promise<T> {
  if (file === undefined) return work()
  const folder = await mkdtemp(join(tmpdir(), 'parley-flames-'))
  const data = join(folder, 'perf.data')
  const options = ['-q', '-e', 'cpu-clock', '-F', String(samplesPerSecond), '-g', '-p', String(pid), '-o', data]
  const perf = spawn('perf', ['record', ...options], { stdio: 'ignore' })
  await once(perf, 'spawn')
  try {
    return await work()
  } finally {
    await end(perf)
    const script = ['script', '-i', data, '-F', 'ip,sym,dso']
    const { stdout } = await promisify(execFile)('perf', script, { maxBuffer: longestScript })
    await writeFile(file, drawFlames(fold(stdout)))
    await rm(folder, { recursive: true })
  }
}

async function end(perf: ChildProcess): Promise<void> {
  if (perf.exitCode !== null) return
  const gone = once(perf, 'exit')
  perf.kill('SIGINT')
  await gone
}

type Frame = { name: string; samples: number; children: Map<string, Frame> }

const newFrame = (name: string): Frame => ({ name, samples: 0, children: new Map() })

/** Adds the stacks of `perf script` up: one a paragraph, the innermost function first. */
function fold(script: string): Frame {
  const root = newFrame('all')
  for (const paragraph of script.split('\n\n')) {
    const names = paragraph.split('\n').flatMap((line) => nameIn(line) ?? [])
    if (names.length === 0) continue
    root.samples += 1
    let frame = root
    for (const name of names.reverse()) {
      if (name === frame.name) continue // a function that calls itself is one
      const next = frame.children.get(name) ?? newFrame(name)
      frame.children.set(name, next)
      next.samples += 1
      frame = next
    }
  }
  return root
}

const kernel = '[kernel.kallsyms]'

/** `    7f3a12 symbol (file)`; what the kernel does is told as one, and so is each library without symbols. */
function nameIn(line: string): string | undefined {
  const [, symbol, file] = /^\s*[0-9a-f]+ (.*) \((.*)\)$/.exec(line) ?? []
  if (symbol === undefined || file === undefined) return undefined
  if (symbol === '[unknown]') return file.startsWith('[') ? undefined : file.slice(file.lastIndexOf('/') + 1)
  if (file === kernel) return `kernel: ${symbol}`
  const js = /^(?:JS|Function|Builtin|Script|LazyCompile|RegExp):[*~^+']*(\S*)/.exec(symbol)
  return js ? js[1] || '(anonymous)' : symbol.replace(/\(.*/, '')
}

const [width, row, leastShare, letter] = [1_200, 17, 0.004, 6.3]

/** Draws frames as an SVG: who calls is below, a frame's width is its share of the samples. */
function drawFlames(root: Frame): string {
  const boxes: string[] = []
  const deepest = draw(root, 0, 0, root.samples, boxes)
  const height = (deepest + 1) * row
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 ${-height} ${width} ${height}" role="img" aria-label="Flame graph">
<style>text { font: 10.5px ui-monospace, monospace; fill: #1f2933 } rect { stroke: #fff; stroke-width: .5 }</style>
<rect x="0" y="${-height}" width="${width}" height="${height}" fill="#fff"/>
${boxes.join('\n')}
</svg>
`
}

function draw(frame: Frame, x: number, depth: number, all: number, boxes: string[]): number {
  const wide = (frame.samples / all) * width
  const y = -(depth + 1) * row
  const percent = ((100 * frame.samples) / all).toFixed(1)
  const label = escaped(frame.name.slice(0, Math.max(0, Math.floor(wide / letter) - 1)))
  boxes.push(
    `<g><title>${escaped(frame.name)} ${percent} %</title><rect x="${x.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="${row}" fill="${colorOf(frame.name)}"/>${label && `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${label}</text>`}</g>`,
  )
  let deepest = depth
  let at = x
  for (const child of [...frame.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (child.samples / all >= leastShare) deepest = Math.max(deepest, draw(child, at, depth + 1, all, boxes))
    at += (child.samples / all) * width
  }
  return deepest
}

function colorOf(name: string): string {
  if (name.startsWith('kernel:')) return '#f6c28b'
  return name.includes('::') || name.startsWith('_') || name.includes('.so') || name === 'node' ? '#cbd5e1' : '#9cc3f5'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
