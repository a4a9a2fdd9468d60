type Waiter<T> = { matches: (item: T) => boolean; resolve: (item: T) => void }

/** Collects what arrives, and lets a test wait for it. */
export function createRecorder<T>(describe: (item: T) => string = (item) => JSON.stringify(item)) {
  const items: T[] = []
  const waiting = new Set<Waiter<T>>()
  return {
    items,
    push(item: T) {
      items.push(item)
      for (const waiter of waiting) {
        if (!waiter.matches(item)) continue
        waiting.delete(waiter)
        waiter.resolve(item)
      }
    },
    /** Resolves with the first item, of those here and those to come, that `matches`. Rejects after `withinMs`. */
    until(what: string, matches: (item: T) => boolean, withinMs = 10_000): Promise<T> {
      const present = items.find(matches)
      if (present !== undefined) return Promise.resolve(present)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(waiter)
          const last = items.slice(-5).map(describe).join('\n')
          reject(new Error(`waited ${withinMs} ms for ${what}; the last of ${items.length} were:\n${last}`))
        }, withinMs)
        const waiter: Waiter<T> = {
          matches,
          resolve(item) {
            clearTimeout(timer)
            resolve(item)
          },
        }
        waiting.add(waiter)
      })
    },
  }
}
