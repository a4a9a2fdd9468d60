import { type ComponentProps, lazy, memo, Suspense, useEffect, useMemo, useState } from 'react'
import { type PluginConfig, parseMarkdownIntoBlocks, Streamdown } from 'streamdown'
import { t } from '../texts/texts.ts'
import { colours } from './colours.ts'
import { createCutter } from './cutter.ts'
import { hasFormulas, withDollars } from './formulas.ts'
import { inItsFrame, takeRoom } from './frames.ts'
import { Plain } from './plain.tsx'

const components: NonNullable<ComponentProps<typeof Streamdown>['components']> = {
  // Pictures from elsewhere would tell their host who reads what: they are links instead.
  img: ({ src, alt }) => <Link href={typeof src === 'string' ? src : undefined}>{alt || t('parts.picture')}</Link>,
  // The boxes of a list of tasks: they tell, and cannot be changed.
  input: ({ checked }) => (
    <input type="checkbox" disabled checked={checked} aria-label={checked ? t('parts.ticked') : t('parts.unticked')} />
  ),
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
}

const Diagram = lazy(async () => ({ default: (await import('./diagram.tsx')).Diagram }))

const plain: PluginConfig = {
  code: colours,
  renderers: [
    {
      language: 'mermaid',
      component: ({ code, isIncomplete }) => (
        <Suspense fallback={<pre>{code}</pre>}>
          <Diagram code={code} isIncomplete={isIncomplete} />
        </Suspense>
      ),
    },
  ],
}
let withMath: PluginConfig | undefined

function Link({ href, children }: ComponentProps<'a'>) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline underline-offset-2"
    >
      {children}
    </a>
  )
}

const skippable = { contentVisibility: 'auto', containIntrinsicHeight: 'auto 60rem' } as const

const controls = { code: { copy: true, download: false }, table: false, mermaid: false }

/**
 * Markdown, piece by piece: while it is written only the last one is looked at again. When much comes into sight at once,
 * its words are there at once and are drawn frame by frame, so that scrolling does not halt.
 */
export default function Rendered({ text, writing }: { text: string; writing: boolean }) {
  const plugins = usePlugins(hasFormulas(text))
  const [cut] = useState(() => createCutter(parseMarkdownIntoBlocks))
  const pieces = useMemo(() => cut(withDollars(text)), [cut, text])
  const [found] = useState(pieces.length)
  const [drawn, setDrawn] = useState(() => (takeRoom(pieces[0]?.length ?? 0) ? 1 : 0))
  const chars = pieces[drawn]?.length ?? 0
  useEffect(() => (drawn >= found ? undefined : inItsFrame(chars, () => setDrawn(drawn + 1))), [drawn, found, chars])

  return pieces.map((text, at) => (
    <Piece
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece stays where it is
      key={at}
      text={text}
      isDrawn={at < drawn || at >= found}
      isOpen={writing && at === pieces.length - 1}
      isSkippable={writing && at < pieces.length - 1}
      plugins={plugins}
    />
  ))
}

type PieceProps = { text: string; isDrawn: boolean; isOpen: boolean; isSkippable: boolean; plugins: PluginConfig }

/** As streamdown draws it, block by block, so that the open piece does not begin anew at each word. */
const Piece = memo(function Piece({ text, isDrawn, isOpen, isSkippable, plugins }: PieceProps) {
  if (!isDrawn) return <Undrawn text={text} />
  return (
    <div style={isSkippable ? skippable : undefined}>
      <Streamdown
        dir="auto"
        components={components}
        translations={{ copyCode: t('parts.copyCode'), copied: t('ui.copied') }}
        mode="streaming"
        parseIncompleteMarkdown={isOpen}
        controls={controls}
        plugins={plugins}
      >
        {text}
      </Streamdown>
    </div>
  )
})

/** The words of what has not had its turn. The browser leaves them out of its layout until they are in sight. */
function Undrawn({ text }: { text: string }) {
  const height = `${Math.ceil(text.length / 80) * 1.6}rem`
  return (
    <div style={{ contentVisibility: 'auto', containIntrinsicHeight: `auto ${height}` }}>
      <Plain text={text} />
    </div>
  )
}

/** What draws formulas is loaded for the first text that has some. */
function usePlugins(wantsMath: boolean): PluginConfig {
  const [plugins, setPlugins] = useState(withMath ?? plain)
  useEffect(() => {
    if (!wantsMath || withMath) return
    let isWanted = true
    import('./math.ts').then(
      ({ math }) => {
        withMath = { ...plain, math }
        if (isWanted) setPlugins(withMath)
      },
      () => {}, // without, formulas are their text
    )
    return () => {
      isWanted = false
    }
  }, [wantsMath])
  return wantsMath ? (withMath ?? plugins) : plugins
}
