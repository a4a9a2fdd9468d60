import { lazy, memo, Suspense } from 'react'

type Props = { text: string; writing: boolean }

const load = () => import('./rendered.tsx')
// Where it cannot be loaded, the text is there all the same.
const Rendered = lazy<React.ComponentType<Props>>(() => load().catch(() => ({ default: Plain })))

/** Loads what draws Markdown, so that it is there for the first message. */
export function preloadMarkdown(): void {
  load().catch(() => {})
}

/** Markdown, drawn piece by piece while it is written. The text is there at once, and is drawn richly a moment later. */
export const Markdown = memo(function Markdown({ text, writing }: Props) {
  return (
    <div className={`prose ${writing ? 'writing' : ''}`}>
      <Suspense fallback={<Plain text={text} />}>
        <Rendered text={text} writing={writing} />
      </Suspense>
    </div>
  )
})

function Plain({ text }: { text: string }) {
  return <p className="whitespace-pre-wrap">{text}</p>
}
