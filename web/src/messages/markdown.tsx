import { lazy, memo, Suspense } from 'react'

// Loaded beside the page and not before it: the text is there at once, and is drawn richly a moment later.
const rendered = import('./rendered.tsx')
const Rendered = lazy(() => rendered)

/** Markdown, drawn piece by piece while it is written. */
export const Markdown = memo(function Markdown({ text, writing }: { text: string; writing: boolean }) {
  return (
    <div className={`prose ${writing ? 'writing' : ''}`}>
      <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
        <Rendered text={text} writing={writing} />
      </Suspense>
    </div>
  )
})
