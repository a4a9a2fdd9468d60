import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { t } from '../texts/texts.ts'
import { Button } from './button.tsx'

const settledAfterMs = 3_000

const loads: (() => Promise<unknown>)[] = []

/**
 * A component that is loaded when it is first drawn. Where it cannot be (away, or a newer Parley has other files), the
 * page goes on without it, and offers to be loaded anew.
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

/** Loading the page anew is the way on: a newer Parley has other files, and browsers may remember that one was not there. */
function NotLoaded() {
  return (
    <p
      role="alert"
      className="fixed bottom-20 left-1/2 z-40 flex w-max max-w-[calc(100%-2rem)] -translate-x-1/2 items-center gap-2 rounded-xl border border-line bg-raised py-1 ps-4 pe-1 shadow-raised"
    >
      {t('errors.unavailable')}
      <Button kind="quiet" className="text-accent!" onClick={() => window.location.reload()}>
        {t('ui.tryAgain')}
      </Button>
    </p>
  )
}
