import { lazy, memo, Suspense, useEffect, useMemo, useState } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { isDrawable } from './drawable.ts'
import { inItsFrame, piecesOf } from './pieces.ts'

type Props = { text: string; writing: boolean }

/** A longer text takes more than a frame to draw. */
const longChars = 2_000

const load = () => import('./rendered.tsx')
// Where it cannot be loaded, the text is there all the same.
const Rendered = lazy<React.ComponentType<Props>>(() => load().catch(() => ({ default: Plain })))

/** Loads what draws Markdown, so that it is there for the first message. */
export function preloadMarkdown(): void {
  load().catch(() => {})
}

/**
 * Markdown, or its plain text where it cannot be drawn. It is drawn piece by piece while it is written, and so is a long
 * text when it comes into sight: its words are there at once, and scrolling to it does not halt.
 */
export const Markdown = memo(function Markdown({ text, writing }: Props) {
  const pieces = useMemo(() => (writing || text.length <= longChars ? [text] : piecesOf(text)), [text, writing])
  const [drawn, setDrawn] = useState(pieces.length > 1 ? 0 : Number.POSITIVE_INFINITY)
  const isAllDrawn = drawn >= pieces.length
  useEffect(() => (isAllDrawn ? undefined : inItsFrame(() => setDrawn(drawn + 1))), [drawn, isAllDrawn])
  const rich = isAllDrawn ? text : pieces.slice(0, drawn).join('')

  return (
    <div dir="auto" className={`prose ${writing ? 'writing' : ''}`}>
      {isDrawable(text) ? (
        <ErrorBoundary fallback={<Plain text={text} />}>
          <Suspense fallback={<Plain text={rich} />}>
            {rich !== '' && <Rendered text={rich} writing={writing || !isAllDrawn} />}
          </Suspense>
          {/* biome-ignore lint/suspicious/noArrayIndexKey: a piece stays where it is */}
          {!isAllDrawn && pieces.slice(drawn).map((piece, at) => <Plain key={drawn + at} text={piece} />)}
        </ErrorBoundary>
      ) : (
        <Plain text={text} />
      )}
    </div>
  )
})

function Plain({ text }: { text: string }) {
  return (
    <p dir="auto" className="whitespace-pre-wrap break-words">
      {text}
    </p>
  )
}
