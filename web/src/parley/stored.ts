/**
 * What this browser keeps for the page. Where it keeps nothing (a full disk, a private window), the page goes on
 * without it.
 */
export const stored = {
  get(key: string): string | undefined {
    try {
      return localStorage.getItem(key) ?? undefined
    } catch {
      return undefined
    }
  },
  keys(): string[] {
    try {
      return Object.keys(localStorage)
    } catch {
      return []
    }
  },
  /** An empty value is not kept. */
  set(key: string, value: string): void {
    try {
      if (value === '') localStorage.removeItem(key)
      else localStorage.setItem(key, value)
    } catch {
      // as if it had been forgotten
    }
  },
}
