import { lazy, memo, Suspense, useDeferredValue } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { isDrawable } from './drawable.ts'

type Props = { text: string; writing: boolean }

/** Of a text of this length, drawing takes longer than a frame. */
const longChars = 2_000

const load = () => import('./rendered.tsx')
// Where it cannot be loaded, the text is there all the same.
const Rendered = lazy<React.ComponentType<Props>>(() => load().catch(() => ({ default: Plain })))

/** Loads what draws Markdown, so that it is there for the first message. */
export function preloadMarkdown(): void {
  load().catch(() => {})
}

/**
 * Markdown, or its plain text where it cannot be drawn. It is drawn piece by piece
 * while it is written. The text is there at once, and is drawn richly a moment later: a long one in slices, so that
 * scrolling to it does not halt.
 */
export const Markdown = memo(function Markdown({ text, writing }: Props) {
  const drawn = useDeferredValue(text, text.length > longChars ? '' : text)
  return (
    <div dir="auto" className={`prose ${writing ? 'writing' : ''}`}>
      {isDrawable(text) ? (
        <ErrorBoundary fallback={<Plain text={text} />}>
          <Suspense fallback={<Plain text={text} />}>
            {drawn === '' ? <Plain text={text} /> : <Rendered text={writing ? text : drawn} writing={writing} />}
          </Suspense>
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
