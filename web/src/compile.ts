import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'

/**
 * Stands for `typebox/compile` in the page (vite.config.ts), whose checkers are code made at run time: the page's
 * Content-Security-Policy forbids that, and browsers complain of the try. Each check reads its schema here.
 */
export function Compile(schema: TSchema): { Check(value: unknown): boolean } {
  // biome-ignore lint/correctness/noComponentHookFactories: it is no component
  return { Check: (value) => Check(schema, value) }
}
