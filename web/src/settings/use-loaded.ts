import { useCallback, useEffect, useState } from 'react'
import { wordsOf } from '../texts/words.ts'

/**
 * What is asked for when it is first looked at, and again after each change.
 *
 * @param load has to stay the same one
 */
export function useLoaded<T>(load: () => Promise<T>) {
  const [value, setValue] = useState<T>()
  const [problem, setProblem] = useState<string>()
  const tell = useCallback((error: unknown) => setProblem(wordsOf(error)), [])
  const look = useCallback(() => load().then(setValue, tell), [load, tell])
  useEffect(() => void look(), [look])

  /** Does something, says why it could not be done, and looks again. */
  const doing = useCallback(
    (work: () => Promise<unknown>) => async () => {
      setProblem(undefined)
      await work().catch(tell)
      await look()
    },
    [look, tell],
  )
  return { value, problem, look, doing }
}
