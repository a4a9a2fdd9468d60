import { isId, Refusal } from '@parley/protocol'

/** Where a page ended: the moment, in ISO 8601 with its microseconds, and the id of its last row. */
export type Cursor = { at: string; id: string }

/** A cursor as clients pass it back. */
export function toCursor({ at, id }: Cursor): string {
  return `${at}_${id}`
}

/** What a client passes back, where it does; the refusal `request.invalid` for what was never handed out. */
export function fromCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined
  const [at = '', id = ''] = text.split('_')
  if (!isMoment(at) || !isId(id)) throw new Refusal('request.invalid', 'That is not the `next` of a page.')
  return { at, id }
}

function isMoment(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text)) return false
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === text.slice(0, 19) // the 31st of June is none
}
