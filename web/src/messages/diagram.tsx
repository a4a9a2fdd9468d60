import { useEffect, useId, useState } from 'react'

type Props = { code: string; isIncomplete: boolean }

const maxChars = 20_000

/** What a diagram must not set for itself: what it could reach out of its picture with. */
const secure = [
  'secure',
  'securityLevel',
  'startOnLoad',
  'maxTextSize',
  'maxEdges',
  'themeCSS',
  'themeVariables',
  'fontFamily',
  'altFontFamily',
  'htmlLabels',
  'flowchart',
]

/**
 * A Mermaid diagram, drawn when it is complete. It is shown as a picture, in which no script runs and nothing is fetched;
 * where it cannot be drawn, it is its text.
 */
export function Diagram({ code, isIncomplete }: Props) {
  const id = useId().replace(/\W/g, '')
  const [picture, setPicture] = useState<string>()
  const [isDark, setIsDark] = useState(isDarkNow)

  useEffect(() => {
    const watch = window.matchMedia('(prefers-color-scheme: dark)')
    const look = () => setIsDark(isDarkNow())
    watch.addEventListener('change', look)
    return () => watch.removeEventListener('change', look)
  }, [])

  useEffect(() => {
    let isWanted = true
    if (isIncomplete || code.length > maxChars) return
    draw(`diagram${id}`, code, isDark).then(
      (svg) => isWanted && setPicture(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`),
      () => isWanted && setPicture(undefined),
    )
    return () => {
      isWanted = false
    }
  }, [code, isIncomplete, isDark, id])

  if (picture) return <img data-diagram src={picture} alt={code} className="my-4 max-w-full rounded-lg" />
  return <pre className="my-4 overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-sm">{code}</pre>
}

function isDarkNow(): boolean {
  const { colorScheme } = getComputedStyle(document.documentElement)
  if (colorScheme === 'dark' || colorScheme === 'light') return colorScheme === 'dark' // chosen here
  return window.matchMedia('(prefers-color-scheme: dark)').matches
}

async function draw(id: string, code: string, isDark: boolean): Promise<string> {
  const { default: mermaid } = await import('mermaid')
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    theme: isDark ? 'dark' : 'neutral',
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    secure,
  })
  const { svg } = await mermaid.render(id, withoutTags(code))
  return sized(svg)
}

/** Labels are text with line breaks: Mermaid would try other tags out on the page before it cleans them. */
function withoutTags(code: string): string {
  return code.replace(/(?<!<)<\/?(?!br\b)[a-z][^>]*>?/gi, '')
}

/** A picture has the size that it says, not that of what it stands in. */
function sized(svg: string): string {
  const [, width, height] = /viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"/.exec(svg)?.map(Number) ?? []
  return width && height ? svg.replace('width="100%"', `width="${width}" height="${height}"`) : svg
}
