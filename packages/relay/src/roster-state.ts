import type { RosterState } from './port.ts'

/** The field beside the members' own that counts changes. No member may be called so. */
export const versionField = '#version'

/** Splits a stored hash into its version and what the members say. */
export function takeState({ [versionField]: version, ...says }: Record<string, string>): RosterState {
  return { version: Number(version ?? 0), says }
}
