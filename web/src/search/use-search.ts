import type { Found } from '@parley/protocol'
import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { wordsOf } from '../texts/words.ts'

/** After the last key, before it is asked. */
const restMs = 150

type Search = { found: Found | undefined; problem: string | undefined; hasMore: boolean; loadMore: () => void }

/** Searches while somebody types: what was found last stays until there is something new. */
export function useSearch(text: string, conversation: string | undefined): Search {
  const { api } = useParley()
  const [found, setFound] = useState<Found>()
  const [problem, setProblem] = useState<string>()
  const q = text.trim()
  const query = { q, ...(conversation && { conversation }) }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the query is made of these
  useEffect(() => {
    let isNewest = true
    if (q === '') {
      setFound(undefined)
      return
    }
    const timer = setTimeout(async () => {
      try {
        const next = await api.search(query)
        if (!isNewest) return
        setFound(next)
        setProblem(undefined)
      } catch (error) {
        if (isNewest) setProblem(wordsOf(error))
      }
    }, restMs)
    return () => {
      isNewest = false
      clearTimeout(timer)
    }
  }, [api, q, conversation])

  async function loadMore(): Promise<void> {
    if (!found?.next) return
    try {
      const more = await api.search({ ...query, before: found.next })
      setFound((now) =>
        now === found
          ? { ...more, messages: [...now.messages, ...more.messages], conversations: now.conversations }
          : now,
      )
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }

  return { found, problem, hasMore: found?.next !== undefined, loadMore: () => void loadMore() }
}
