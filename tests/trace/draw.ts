import type { Span } from './collect.ts'

const [width, rowHeight, labelWidth, margin] = [920, 26, 330, 12]
const colours: Record<string, string> = {
  'parley-chat-ws': '#3448d4',
  'parley-history': '#1b7a43',
  'parley-ai-worker': '#b3261e',
  'parley-gateway': '#8a5a00',
}

/** Draws spans one below the other, each where it began and as long as it took: SVG. */
export function drawTrace(title: string, spans: Span[]): string {
  const rows = inOrder(spans)
  const [from, to] = [Math.min(...spans.map((each) => each.startedAt)), Math.max(...spans.map((each) => each.endedAt))]
  const scale = (width - labelWidth - 2 * margin - 70) / (to - from)
  const height = 64 + rows.length * rowHeight + 34
  const lines = rows.map(({ span, depth }, at) => {
    const y = 52 + at * rowHeight
    const x = labelWidth + margin + (span.startedAt - from) * scale
    const long = Math.max(2, (span.endedAt - span.startedAt) * scale)
    const took = `${(span.endedAt - span.startedAt).toFixed(1)} ms`
    const colour = colours[span.service] ?? '#62625d'
    return [
      `<text x="${margin + depth * 14}" y="${y + 16}">${escaped(span.name)}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 5}" width="${long.toFixed(1)}" height="14" rx="2" fill="${colour}"/>`,
      `<text x="${(x + long + 6).toFixed(1)}" y="${y + 16}" class="quiet">${took}</text>`,
    ].join('\n  ')
  })
  const legend = Object.entries(colours)
    .filter(([name]) => spans.some(({ service }) => service === name))
    .map(([name, colour], at) => {
      const x = margin + at * 150
      return `<rect x="${x}" y="${height - 24}" width="12" height="12" rx="2" fill="${colour}"/><text x="${x + 18}" y="${height - 14}">${name.replace('parley-', '')}</text>`
    })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
  <title>${escaped(title)}</title>
  <style>text { fill: #1d1d1b } .quiet { fill: #62625d }</style>
  <rect width="100%" height="100%" fill="#ffffff"/>
  <text x="${margin}" y="28" font-size="16" font-weight="600">${escaped(title)}</text>
  ${[...lines, ...legend].join('\n  ')}
</svg>
`
}

/** Each span below the one that it is part of. */
function inOrder(spans: Span[]): { span: Span; depth: number }[] {
  const byParent = Map.groupBy(spans, ({ parentSpanId }) => spans.find(({ spanId }) => spanId === parentSpanId)?.spanId)
  const below = (parent: string | undefined, depth: number): { span: Span; depth: number }[] =>
    (byParent.get(parent) ?? [])
      .sort((a, b) => a.startedAt - b.startedAt)
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)])
  return below(undefined, 0)
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
