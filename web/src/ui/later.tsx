import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { t } from '../texts/texts.ts'

const settledAfterMs = 3_000

const loads: (() => Promise<unknown>)[] = []

/**
 * A component that is loaded when it is first drawn. Where it cannot be (away, or a newer Parley has other files), the
 * page goes on without it, and it is tried again the next time.
 *
 * @param instead stands in its place until then; without, nothing does, and a failure is told
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, instead?: ReactNode): ComponentType<P> {
  const again = () => lazy(async () => ({ default: await load() }))
  let Late: ComponentType<P> = again()
  loads.push(load)
  // biome-ignore lint/correctness/noComponentHookFactories: it is made once, where `later` is called: at the top of a file
  return function Later(props) {
    return (
      <ErrorBoundary
        fallback={instead ?? <NotLoaded />}
        onError={() => {
          Late = again()
        }}
      >
        <Suspense fallback={instead}>
          <Late {...props} />
        </Suspense>
      </ErrorBoundary>
    )
  }
}

/**
 * Loads what will be drawn later, once the page has settled: it is there at once then, without a network too.
 *
 * @returns takes it back
 */
export function loadLaterOnes(): () => void {
  const timer = setTimeout(() => {
    for (const load of loads) load().catch(() => {})
  }, settledAfterMs)
  return () => clearTimeout(timer)
}

function NotLoaded() {
  return (
    <p
      role="alert"
      className="fixed bottom-20 left-1/2 z-40 -translate-x-1/2 rounded-xl border border-line bg-raised px-4 py-2 shadow-raised"
    >
      {t('errors.unavailable')}
    </p>
  )
}
