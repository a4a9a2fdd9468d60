/** What the doctor found, and what to do where it is not well. */
export type Finding = {
  /** `well`, or something that works and should not stay so, or something that does not work. */
  is: 'well' | 'doubtful' | 'ill'
  about: string
  found: string
  /** What mends it. */
  mend?: string
}

export const well = (about: string, found: string): Finding => ({ is: 'well', about, found })
export const doubtful = (about: string, found: string, mend: string): Finding => ({
  is: 'doubtful',
  about,
  found,
  mend,
})
export const ill = (about: string, found: string, mend: string): Finding => ({ is: 'ill', about, found, mend })

/** The words of an error, also of one that consists of several, as connecting to a name with several addresses ends. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(wordsOf))].join(', ')
  const { message, code } = error as { message?: string; code?: string }
  return message || code || String(error)
}
