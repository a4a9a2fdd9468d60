import { lazy, memo, Suspense } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { isDrawable } from './drawable.ts'
import { Plain } from './plain.tsx'

type Props = { text: string; writing: boolean }

const load = () => import('./rendered.tsx')
// Where it cannot be loaded, the text is there all the same.
const Rendered = lazy<React.ComponentType<Props>>(() => load().catch(() => ({ default: Plain })))

/** Loads what draws Markdown, so that it is there for the first message. */
export function preloadMarkdown(): void {
  load().catch(() => {})
}

/** Markdown, or its plain text where it cannot be drawn. */
export const Markdown = memo(function Markdown({ text, writing }: Props) {
  return (
    <div dir="auto" className={`prose ${writing ? 'writing' : ''}`}>
      {isDrawable(text) ? (
        <ErrorBoundary fallback={<Plain text={text} />}>
          <Suspense fallback={<Plain text={text} />}>
            <Rendered text={text} writing={writing} />
          </Suspense>
        </ErrorBoundary>
      ) : (
        <Plain text={text} />
      )}
    </div>
  )
})
